-- What a list shows of a draft, and how large the draft is. A table of its own, since a row is read from its start and the
-- text of a draft would be read with it. Written with every save; rows of drafts that were saved before are added at start.
create table draft_line (
    draft_id   text    not null primary key references draft (draft_id) on delete cascade,
    team_id    text    not null,
    cluster_id integer not null,
    revision   integer not null,
    saved_by   text    not null,
    saved_at   integer not null,                       -- milliseconds
    name       text    not null,
    namespace  text    not null,
    kind       text    not null,
    image      text    not null,                       -- of its first container
    errors     integer not null check (errors >= 0),
    size       integer not null check (size >= 0),     -- bytes of the draft
    version    text    not null                        -- of the server whose rules counted the errors
) strict;

create index draft_line_of_team on draft_line (team_id, saved_at desc);
