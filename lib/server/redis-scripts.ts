// Both run as one step for all who use the log: an offset is given out and used at once, and what is read fits together.

/**
 * Keys: epoch, counter, stream, hash. Arguments: an epoch in case there is none, how many are kept, then ts, key and value of
 * each record.
 */
export const appendScript = `
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local count = (#ARGV - 2) / 3
local last = redis.call('INCRBY', KEYS[2], count)
for n = 1, count do
  local ts, key, value = ARGV[3 * n], ARGV[3 * n + 1], ARGV[3 * n + 2]
  local offset = string.format('%.0f', last - count + n)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], offset .. '-0', 'ts', ts, 'key', key, 'value', value)
  if key ~= '' then
    if value == '' then
      redis.call('HDEL', KEYS[4], key)
    else
      redis.call('HSET', KEYS[4], key, offset .. ' ' .. ts .. ' ' .. value)
    end
  end
end
return {epoch, last}`;

/** Keys: epoch, counter. Argument: an epoch in case there is none. */
export const positionScript = `
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
return {epoch, tonumber(redis.call('GET', KEYS[2]) or '0')}`;

/** Keys: epoch, counter, stream, hash. Arguments: an epoch in case there is none, how many entries. */
export const readScript = `
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
return {
  epoch,
  tonumber(redis.call('GET', KEYS[2]) or '0'),
  redis.call('HGETALL', KEYS[4]),
  redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', ARGV[2])
}`;
