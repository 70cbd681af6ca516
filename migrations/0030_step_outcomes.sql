-- More ways for a step to end: one that was made suspended is released, one for a canary may be left out. A check cannot be
-- changed, so the table is made anew.
create table step_new (
    operation_id text    not null references operation (operation_id),
    position     integer not null check (position >= 0),
    verb         text    not null check (verb in ('create', 'apply', 'patch', 'delete')),
    api_version  text    not null,
    kind         text    not null,
    namespace    text,
    name         text    not null,
    body         text    not null,     -- exactly what is sent, with the marks
    fields       text    not null,     -- which field of the draft each path of the object comes from
    state        text    not null check (state in ('pending', 'sent', 'done', 'refused', 'undone', 'skipped')),
    uid          text,
    outcome      text    check (
        case state
            when 'done'    then outcome in ('created', 'already_ours', 'released', 'kept_changed_by_others', 'kept_not_allowed', 'kept_refused')
            when 'refused' then outcome in ('refused', 'name_taken', 'not_allowed', 'missing')
            when 'undone'  then outcome in ('deleted', 'gone')
            when 'skipped' then outcome in ('not_reached', 'kind_missing', 'canary_missing')
            else outcome is null
        end),
    message      text,
    warnings     text    not null default '[]',
    attempts     integer not null default 0,
    sent_at      integer,
    deadline     integer,              -- after this moment the server has given up on every request sent so far
    undo_sent_at integer,
    finished_at  integer,
    primary key (operation_id, position),
    check ((state in ('pending', 'skipped')) or sent_at is not null),
    check ((state = 'sent') <= (deadline is not null)),
    check ((state = 'done') <= (uid is not null)),
    check ((state in ('done', 'refused', 'undone', 'skipped')) = (finished_at is not null))
) strict, without rowid;

insert into step_new select * from step;
drop table step;
alter table step_new rename to step;
