// Each runs as one step for all who use the queue, so that the bytes that are counted are those that are there.

/** Keys: epoch, stream, bytes. Arguments: an epoch, the most bytes, then messages. Returns 0 if they are too many. */
export const enqueueScript = `
local size = 0
for n = 3, #ARGV do size = size + #ARGV[n] end
if tonumber(redis.call('GET', KEYS[3]) or '0') + size > tonumber(ARGV[2]) then return 0 end
for n = 3, #ARGV do redis.call('XADD', KEYS[2], '*', 'message', ARGV[n]) end
redis.call('INCRBY', KEYS[3], size)
return #ARGV - 2`;

/** Keys: epoch, stream, bytes. Arguments: an epoch, the group, then the id and the bytes of each message. */
export const doneScript = `
local freed = 0
for n = 3, #ARGV, 2 do
  redis.call('XACK', KEYS[2], ARGV[2], ARGV[n])
  if redis.call('XDEL', KEYS[2], ARGV[n]) == 1 then freed = freed + tonumber(ARGV[n + 1]) end
end
if freed > 0 and redis.call('DECRBY', KEYS[3], freed) < 0 then redis.call('DEL', KEYS[3]) end
return freed`;
