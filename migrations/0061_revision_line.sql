-- What a history shows of a revision, so that it reads no plans and no drafts. A table of its own, since a row is read from
-- its start and those would be read with it. Revisions that were stored before get theirs at start.
create table revision_line (
    app_id        text    not null,
    number        integer not null,
    person        text    not null,
    created_at    integer not null,
    applied_at    integer,                                 -- as in the revision
    rolls_back_to integer,
    changed       text    not null check (json_valid(changed)), -- the fields that differ from the revision before; the first of very many, long values cut
    primary key (app_id, number),
    foreign key (app_id, number) references revision (app_id, number) on delete cascade
) strict, without rowid;
