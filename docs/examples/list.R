# A regency as a data frame. Base R is enough; codes stay text.
sentra <- Sys.getenv("SENTRA", "https://sentra.contoh.id")
usaha <- read.csv(paste0(sentra, "/api/v1/exports/enterprises.csv?region=35.15"),
                  colClasses = "character", fileEncoding = "UTF-8-BOM")
cat(nrow(usaha), "usaha\n")
