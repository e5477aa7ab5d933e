// Each runs as one step for all who use the queue, so that the bytes that are counted are those that are there.

/**
 * Keys: epoch, stream, bytes, two sets of names. Arguments: an epoch, the most bytes, how many names a set has, then name and
 * text of each message. Those whose name came before are left out. Returns 0 if the others are too many.
 *
 * Names and messages are written as one, so that Redis loses both or none: a message that counts as sent twice is there.
 */
export const enqueueScript = `
local names = {}
for n = 4, #ARGV, 2 do names[#names + 1] = ARGV[n] end
local young = redis.call('SMISMEMBER', KEYS[4], unpack(names))
local old = redis.call('SMISMEMBER', KEYS[5], unpack(names))
local size = 0
for n = 1, #names do
  if young[n] + old[n] == 0 then size = size + #ARGV[2 * n + 3] end
end
if size == 0 then return #names end
if tonumber(redis.call('GET', KEYS[3]) or '0') + size > tonumber(ARGV[2]) then return 0 end
for n = 1, #names do
  if young[n] + old[n] == 0 then redis.call('XADD', KEYS[2], '*', 'message', ARGV[2 * n + 3]) end
end
redis.call('INCRBY', KEYS[3], size)
redis.call('SADD', KEYS[4], unpack(names))
if redis.call('SCARD', KEYS[4]) >= tonumber(ARGV[3]) then redis.call('RENAME', KEYS[4], KEYS[5]) end
return #names`;

/** Keys: epoch, stream, bytes. Arguments: an epoch, the group, then the id and the bytes of each message. */
export const doneScript = `
local freed = 0
for n = 3, #ARGV, 2 do
  redis.call('XACK', KEYS[2], ARGV[2], ARGV[n])
  if redis.call('XDEL', KEYS[2], ARGV[n]) == 1 then freed = freed + tonumber(ARGV[n + 1]) end
end
if freed > 0 and redis.call('DECRBY', KEYS[3], freed) < 0 then redis.call('DEL', KEYS[3]) end
return freed`;
