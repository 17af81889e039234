-- For wrk: asks asynchronously for pictures that no other request asks for, with the keys of a file in turn.
-- HEATSINK_KEYS: a file with one key a line. HEATSINK_KIND: "accept" or "refuse".
local keys, sent, thread_count = {}, 0, 0
for line in io.lines(os.getenv("HEATSINK_KEYS")) do keys[#keys + 1] = line end
local start = os.time()
local mode = os.getenv("HEATSINK_KIND") or "accept"

function setup(thread)
  thread_count = thread_count + 1
  thread:set("number", thread_count)
end

function request()
  sent = sent + 1
  local headers = {
    ["Authorization"] = "Bearer " .. keys[sent % #keys + 1],
    ["Content-Type"] = "application/json",
  }
  if mode == "accept" then headers["Prefer"] = "respond-async" end
  local body = string.format('{"prompt":"a lighthouse at dusk, number %d-%d-%d"}', start, number or 0, sent)
  return wrk.format("POST", "/v1/images/generations", headers, body)
end

function done(summary, latency, requests)
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "non_2xx": %d, "socket_errors": %d, "p50_ms": %.2f, "p99_ms": %.2f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
