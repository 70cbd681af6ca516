-- What a team has typed so far, right or wrong. Kept until somebody deletes it.
create table draft (
    draft_id   text    not null primary key,
    team_id    text    not null,
    cluster_id integer not null,
    revision   integer not null check (revision > 0),          -- counts saved versions
    content    text    not null check (json_valid(content)),   -- of any format there ever was; read by `draft::upgrade`
    saved_by   text    not null,
    saved_at   integer not null                                -- milliseconds
) strict;

create index draft_of_team on draft (team_id, saved_at desc);
