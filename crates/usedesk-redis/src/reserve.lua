-- Decides one request for a slot, as `usedesk_core::shared_limit::reserve` does. Names and order of
-- the rules are the same there; a test compares the decisions.
--
-- KEYS[1]  the state: a mark, and then eleven integers in microseconds
-- ARGV     kind (0 first attempt, 1 retry, 2 stop), interval, burst, max_wait, stop, and the epoch
--          and the position of the slot that the call has waited for (0, 0 without one)
-- returns  outcome (0 start, 1 wait, 2 too long, 3 stopped), wait, epoch, position, 1 if a stop is
--          the reason to wait, interval, burst
local MARK, STRICT_FOR = 'usedesk1', 600000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kind, limit_interval, limit_burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local max_wait, stop = tonumber(ARGV[4]), tonumber(ARGV[5])
local slot_epoch, slot_position = tonumber(ARGV[6]), tonumber(ARGV[7])
local is_retry = kind == 1

local epoch, seen, offset, arrival, last_retry = now, 0, 0, 0, 0
local stopped_until, stopped_for, pushed_for = 0, 0, 0
local interval, burst, strict_until = 0, 0, 0
local kept = redis.call('GET', KEYS[1])
if kept then
  local fields = {}
  for field in string.gmatch(kept, '%S+') do
    fields[#fields + 1] = field
  end
  if fields[1] ~= MARK or #fields ~= 12 then
    return redis.error_reply('ERR the key of the rate limiter holds something else')
  end
  for index = 2, 12 do
    fields[index] = tonumber(fields[index])
  end
  epoch, seen, offset, arrival, last_retry = fields[2], fields[3], fields[4], fields[5], fields[6]
  stopped_until, stopped_for, pushed_for = fields[7], fields[8], fields[9]
  interval, burst, strict_until = fields[10], fields[11], fields[12]
end

-- The clock may be set back.
offset = math.max(offset, seen - now)
now = now + offset
seen = now

-- The stricter limit holds.
if (limit_interval < interval or limit_burst > burst) and now < strict_until then
  interval, burst = math.max(interval, limit_interval), math.min(burst, limit_burst)
else
  interval, burst, strict_until = limit_interval, limit_burst, now + STRICT_FOR
end

local function next_slot()
  local calls = stopped_until > 0 and 1 or burst
  return math.max(arrival - interval * (calls - 1), now)
end

if stop > 0 then
  local from = math.max(stopped_until, now)
  local stop_until = math.max(from, now + math.max(stop, interval))
  local pause = stop_until - from
  arrival = next_slot() + pause
  if last_retry > now then
    last_retry = last_retry + pause
  end
  stopped_for = stopped_for + pause
  stopped_until = stop_until
end

local function paused_for()
  return is_retry and stopped_for or stopped_for + pushed_for
end

local function next_retry(next)
  local from = math.max(stopped_until, now + 1)
  if next < from then
    return next
  end
  local first = from + (next - from) % interval
  return last_retry > now and math.max(first, last_retry + interval) or first
end

local START, WAIT, TOO_LONG, STOPPED = 0, 1, 2, 3
local outcome, wait, position = STOPPED, math.max(stopped_until - now, 0), 0
if kind ~= 2 then
  if slot_epoch == epoch then
    position = slot_position
    wait = math.max(math.max(position + paused_for(), stopped_until) - now, 0)
    outcome = wait == 0 and START or wait >= max_wait and TOO_LONG or WAIT
  else
    local next = next_slot()
    local slot = is_retry and next_retry(next) or next
    wait = slot - now
    if wait >= max_wait then
      outcome = TOO_LONG
    else
      if is_retry then
        if slot < next then
          pushed_for = pushed_for + interval
        end
        last_retry = slot
      end
      arrival = math.max(arrival, now) + interval
      position = slot - paused_for()
      outcome = wait == 0 and START or WAIT
    end
  end
end

local kept_for = math.max(math.max(arrival, stopped_until) - seen, 0) + STRICT_FOR
local state = {
  epoch, seen, offset, arrival, last_retry, stopped_until, stopped_for, pushed_for, interval, burst,
  strict_until,
}
for index, value in ipairs(state) do
  state[index] = string.format('%.0f', value)
end
local text = MARK .. ' ' .. table.concat(state, ' ')
redis.call('SET', KEYS[1], text, 'PX', string.format('%.0f', math.ceil(kept_for / 1000)))
return { outcome, wait, epoch, position, stopped_until > now and 1 or 0, interval, burst }
