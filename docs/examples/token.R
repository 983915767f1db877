# With the token of a service client, which httr2 asks for and renews.
library(httr2)
sentra <- Sys.getenv("SENTRA", "https://sentra.contoh.id")
client <- oauth_client(
  id = Sys.getenv("SENTRA_CLIENT_ID"), secret = Sys.getenv("SENTRA_CLIENT_SECRET"),
  token_url = paste0(sentra, "/api/v1/auth/token"), auth = "header"
)
page <- request(sentra) |>
  req_url_path("/api/v1/enterprises") |>
  req_url_query(region = "35.15", limit = 2) |>
  req_oauth_client_credentials(client) |>
  req_perform() |>
  resp_body_json()
cat(page$matched, "usaha\n")
