-- Asks the paths of a file in turn, as they are. wrk … URL -- FILE.
local paths, at = {}, 0

function init(arguments)
    for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
end

function request()
    at = at % #paths + 1
    return "GET " .. paths[at] .. " HTTP/1.1\r\nHost: " .. wrk.host .. "\r\nAccept: application/geo+json\r\n\r\n"
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("done %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), latency.max, failed, summary.bytes))
end
