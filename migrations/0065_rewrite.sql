-- What this program has written anew in rows that were there, once, since SQL cannot read drafts.
create table rewrite (
    name    text    not null primary key,
    done_at integer not null                -- milliseconds
) strict, without rowid;
