-- Two more reasons why an operation ends, and since when it has been failing. SQLite changes no constraint of a table that
-- is there, so both tables are made anew: a table that another one refers to cannot go before it.
drop index operation_active;
drop index operation_key;
drop index operation_due;
drop index operation_of_team;
drop index operation_of_draft;
alter table step rename to step_before;
alter table operation rename to operation_before;

create table operation (
    operation_id    text    not null primary key,
    cluster_id      integer not null,
    cluster_uid     text    not null,  -- of the cluster it was made for: another one behind the same name gets nothing
    app_id          text    not null references app (app_id),
    revision        integer not null,
    namespace       text    not null,
    workload        text    not null,
    name            text    not null,
    kind            text    not null check (kind in ('create')),
    team_id         text    not null,
    person          text    not null,
    actor           text    not null check (actor in ('own', 'impersonated')),
    draft_id        text,
    draft_revision  integer,
    idempotency_key text    not null,
    request_hash    text    not null,  -- the same key with another request is refused
    state           text    not null check (state in ('queued', 'running', 'undoing', 'succeeded', 'undone', 'stopped', 'stuck')),
    failure         text    check (failure in ('refused', 'name_taken', 'permission_lost', 'missing', 'cluster_replaced', 'cluster_removed',
                                                  'cluster_unreachable', 'cluster_credentials_refused')),
    issues          text    not null default '[]',
    holder          text,              -- the process that works on it
    lease_until     integer,           -- another runner may take over after this moment
    fence           integer not null default 0,
    retry_at        integer,           -- not to be taken up before
    failures        integer not null default 0,
    failing_since   integer,           -- since when nothing was achieved because the cluster could not be asked
    created_at      integer not null,
    finished_at     integer,
    foreign key (app_id, revision) references revision (app_id, number),
    check ((state in ('undoing', 'undone', 'stopped', 'stuck')) = (failure is not null)),
    check ((state in ('succeeded', 'undone', 'stopped', 'stuck')) = (finished_at is not null)),
    check ((holder is null) = (lease_until is null)),
    check (finished_at is null or holder is null)
) strict;

insert into operation (
    operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
    actor, draft_id, draft_revision, idempotency_key, request_hash, state, failure, issues, holder, lease_until,
    fence, retry_at, failures, created_at, finished_at)
select
    operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
    actor, draft_id, draft_revision, idempotency_key, request_hash, state, failure, issues, holder, lease_until,
    fence, retry_at, failures, created_at, finished_at
  from operation_before;

create unique index operation_active on operation (cluster_id, namespace, workload, name)
    where state in ('queued', 'running', 'undoing');
create unique index operation_key on operation (team_id, idempotency_key);
create index operation_due on operation (created_at) where state in ('queued', 'running', 'undoing');
create index operation_of_team on operation (team_id, created_at);
create index operation_of_draft on operation (draft_id, created_at) where draft_id is not null;

create table step (
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
            when 'done'    then outcome in ('created', 'already_ours', 'kept_changed_by_others', 'kept_not_allowed', 'kept_refused')
            when 'refused' then outcome in ('refused', 'name_taken', 'not_allowed', 'missing')
            when 'undone'  then outcome in ('deleted', 'gone')
            when 'skipped' then outcome in ('not_reached', 'kind_missing')
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

insert into step (
    operation_id, position, verb, api_version, kind, namespace, name, body, fields, state, uid, outcome,
    message, warnings, attempts, sent_at, deadline, undo_sent_at, finished_at)
select
    operation_id, position, verb, api_version, kind, namespace, name, body, fields, state, uid, outcome,
    message, warnings, attempts, sent_at, deadline, undo_sent_at, finished_at
  from step_before;

drop table step_before;
drop table operation_before;
