-- Posts the JSON bodies in its arguments in turn, and prints the results as one line of JSON.

local requests = {}
local number = 0

function init(bodies)
  local headers = { ["Content-Type"] = "application/json" }
  for i, body in ipairs(bodies) do
    requests[i] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  number = number % #requests + 1
  return requests[number]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"duration_us":%d,"errors":%d,"refused":%d,"p50_us":%.1f,"p95_us":%.1f,"p99_us":%.1f}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.timeout,
    errors.status, -- over 399
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
