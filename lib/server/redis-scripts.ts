// Each runs as one step for all who use the log: an offset is given out and used at once, and what is read fits together.

/** Reads the epoch; gives one if there is none. It begins with the run of Redis in which it was given. */
const givenEpoch = `
local epoch = redis.call('GET', KEYS[1])
local function run()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w%w%w%w%w%w%w%w)') or '00000000'
end
local function begin()
  epoch = run() .. '-' .. ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
if not epoch then begin() end`;

/**
 * Begins a new epoch as well where this is another run: a Redis that was started again, or one that took its place, may lack
 * the last entries, and gives their offsets to others.
 */
const checkedEpoch = `${givenEpoch}
if string.sub(epoch, 1, 8) ~= run() then begin() end`;

/**
 * Keys: epoch, counter, stream, hash, bytes. Arguments: an epoch in case there is none, how many are kept, the most bytes that
 * are kept, then ts, key and value of each record.
 *
 * Each entry has the bytes of all up to it. So those that are kept are known from the oldest one, which is looked at only
 * when so many have come that they can be too many; then an eighth of them goes at once.
 */
export const appendScript: string =
  givenEpoch +
  `
local most = tonumber(ARGV[3])
local count = (#ARGV - 3) / 3
local last = redis.call('INCRBY', KEYS[2], count)
local known = redis.call('HMGET', KEYS[5], 'total', 'room')
local total = tonumber(known[1] or '0')
for n = 1, count do
  local ts, key, value = ARGV[3 * n + 1], ARGV[3 * n + 2], ARGV[3 * n + 3]
  local offset = string.format('%.0f', last - count + n)
  total = total + #key + #value
  local fields = {'ts', ts, 'key', key, 'value', value, 'total', string.format('%.0f', total)}
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], offset .. '-0', unpack(fields))
  if key ~= '' then
    if value == '' then
      redis.call('HDEL', KEYS[4], key)
    else
      redis.call('HSET', KEYS[4], key, offset .. ' ' .. ts .. ' ' .. value)
    end
  end
end
local room = tonumber(known[2] or ARGV[3])
if total > room then
  local goal = total - most
  local newest = string.format('%.0f', last) .. '-0'
  local from = '-'
  repeat
    local kept
    for _, entry in ipairs(redis.call('XRANGE', KEYS[3], from, '+', 'COUNT', 10)) do
      local fields = entry[2]
      local before = tonumber(fields[8] or '0') - #fields[4] - #fields[6]
      if from == '-' and before < goal then goal = goal + most / 8 end
      from = '(' .. entry[1]
      if before >= goal or entry[1] == newest then
        kept = entry[1]
        room = before + most
        break
      end
    end
    if kept then redis.call('XTRIM', KEYS[3], 'MINID', kept) end
  until kept
end
redis.call('HSET', KEYS[5], 'total', string.format('%.0f', total), 'room', string.format('%.0f', room))
return {epoch, last}`;

/** Keys: epoch. Argument: an epoch in case there is none. */
export const epochScript: string =
  checkedEpoch +
  `
return epoch`;

/** Keys: epoch, counter. Argument: an epoch in case there is none. */
export const positionScript: string =
  checkedEpoch +
  `
return {epoch, tonumber(redis.call('GET', KEYS[2]) or '0')}`;

/** Keys: epoch, counter, stream, hash. Arguments: an epoch in case there is none, how many entries. */
export const readScript: string =
  checkedEpoch +
  `
return {
  epoch,
  tonumber(redis.call('GET', KEYS[2]) or '0'),
  redis.call('HGETALL', KEYS[4]),
  redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', ARGV[2])
}`;
