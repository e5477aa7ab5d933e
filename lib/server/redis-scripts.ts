// Both run as one step for all who use the log: an offset is given out and used at once, and what is read fits together.

/** Keys: epoch, counter, stream, hash. Arguments: an epoch in case there is none, ts, key, value, how many are kept. */
export const appendScript = `
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local offset = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], offset .. '-0', 'ts', ARGV[2], 'key', ARGV[3], 'value', ARGV[4])
if ARGV[3] ~= '' then
  if ARGV[4] == '' then
    redis.call('HDEL', KEYS[4], ARGV[3])
  else
    redis.call('HSET', KEYS[4], ARGV[3], offset .. ' ' .. ARGV[2] .. ' ' .. ARGV[4])
  end
end
return {epoch, offset}`;

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
