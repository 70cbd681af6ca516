-- A browser that is signed in. Only a hash of its token is kept, so that a copy of this file signs nobody in.
create table session (
    token_hash blob    not null primary key,
    person     text,                        -- absent: the one user of single-user mode
    created_at integer not null,            -- milliseconds
    seen_at    integer not null,            -- moved on now and then while the session is used
    check (length(token_hash) = 32),
    check (seen_at >= created_at)
) strict;

create index session_by_person on session (person);
