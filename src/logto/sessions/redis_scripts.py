"""What Redis does in one go: each script runs alone, and names every key that it touches."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1


@dataclass(frozen=True, slots=True)
class Script:
    """A script and the name by which the server knows it once it has run.

    Args:
        text: Lua.
        sha: The SHA-1 of the text, a name by Redis's choice and no protection.
    """

    text: bytes
    sha: str


def _script(text: str) -> Script:
    code = text.strip().encode()
    return Script(code, sha1(code, usedforsecurity=False).hexdigest())


# A save whose answer was lost on the way may be sent again by the client library: `write` is new for each save, so the
# second one is told that it was kept, rather than that another was faster.
SAVE = _script("""
-- KEYS: the session, its indexes
-- ARGV: version, write, now, expires, lives (ms), outlives (ms), stale, member, indexes, value
local found = redis.call('HMGET', KEYS[1], 'version', 'write', 'expires')
if found[2] == ARGV[2] then
    return 1
end
local version = 0
if found[1] and tonumber(found[3]) > tonumber(ARGV[3]) then
    version = tonumber(found[1])
end
if version ~= tonumber(ARGV[1]) - 1 then
    return 0
end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'write', ARGV[2], 'expires', ARGV[4], 'indexes', ARGV[9], 'value', ARGV[10])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
for i = 2, #KEYS do
    redis.call('ZADD', KEYS[i], ARGV[4], ARGV[8])
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', ARGV[7])
    if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[6]) then
        redis.call('PEXPIRE', KEYS[i], ARGV[6])
    end
end
return 1
""")
"""Keeps a session if it replaces the version before it; 1 if it was kept, else 0."""

DELETE = _script("""
-- KEYS: the session, its indexes
-- ARGV: member
redis.call('DEL', KEYS[1])
for i = 2, #KEYS do
    redis.call('ZREM', KEYS[i], ARGV[1])
end
""")
"""Forgets a session."""

FIND = _script("""
-- KEYS: the index, the sessions that it names
-- ARGV: index, now, the member for each session
local living = {}
for i = 2, #KEYS do
    local found = redis.call('HMGET', KEYS[i], 'expires', 'indexes')
    if found[1] and tonumber(found[1]) > tonumber(ARGV[2])
            and string.find('\\n' .. found[2] .. '\\n', '\\n' .. ARGV[1] .. '\\n', 1, true) then
        living[#living + 1] = ARGV[i + 1]
    else
        redis.call('ZREM', KEYS[1], ARGV[i + 1])
    end
end
return living
""")
"""Which of the sessions live and have the index; the others leave it."""

ACQUIRE = _script("""
-- KEYS: the lease
-- ARGV: owner, lease (ms)
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
""")
"""Makes somebody the owner, if there is none; 1 if they are, else 0."""

RELEASE = _script("""
-- KEYS: the lease
-- ARGV: owner
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
""")
"""Ends an ownership, if it is still that owner's."""
