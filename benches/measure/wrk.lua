-- Asks the paths of a file in turn, each time written differently, so that no question is asked
-- twice: blanks behind a value say the same and are another name for an answer that is kept.
-- wrk … URL -- FILE FIRST ENCODING DELAY: the paths, where blanks begin to count, what the answer
-- may be compressed with, most milliseconds between an answer and the next question.
local paths, blanks, at, tail, most = {}, {}, 0, nil, 0

function init(arguments)
    for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
    for number = 0, 4095 do
        local text = {}
        for bit = 0, 11 do text[bit + 1] = math.floor(number / 2 ^ bit) % 2 == 0 and "+" or "%09" end
        blanks[number] = table.concat(text)
    end
    at = tonumber(arguments[2])
    tail = " HTTP/1.1\r\nHost: " .. wrk.host .. "\r\nAccept-Encoding: " .. arguments[3] .. "\r\n\r\n"
    most = tonumber(arguments[4])
    math.randomseed(at + 1)
    if most == 0 then delay = nil end
end

function request()
    at = at + 1
    local path = paths[at % #paths + 1]
    return "GET " .. path .. "&existence=active" .. blanks[at % 4096] .. blanks[math.floor(at / 4096) % 4096] .. tail
end

function delay()
    return math.random(0, most)
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("done %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), latency.max, failed, summary.bytes))
end
