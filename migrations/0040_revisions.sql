-- An app is changed, rolled back and deleted. Who an app belongs to is kept by the uid of each of its objects; what a step
-- changed is kept with what it was before. SQLite changes no constraint of a table that is there, so both tables are made
-- anew. Which outcomes a state of a step can have is checked where rows are read, not here.
alter table app add column found integer not null default 0 check (found in (0, 1));  -- not made here: only opened and changed

alter table revision add column applied_at integer;       -- when it became what the app is; absent while it never did
alter table revision add column rolls_back_to integer;    -- the revision it goes back to
update revision set applied_at = created_at
 where exists (select 1 from operation
                where operation.app_id = revision.app_id and operation.revision = revision.number
                  and operation.state = 'succeeded');

-- What an app consists of in the cluster: only this is changed or deleted as its own.
create table app_object (
    app_id      text not null references app (app_id),
    api_version text not null,
    kind        text not null,
    namespace   text not null,             -- empty for kinds of the whole cluster
    name        text not null,
    uid         text not null,
    primary key (app_id, kind, namespace, name)
) strict, without rowid;

insert or ignore into app_object (app_id, api_version, kind, namespace, name, uid)
select operation.app_id, step.api_version, step.kind, coalesce(step.namespace, ''), step.name, step.uid
  from step join operation using (operation_id)
 where step.verb = 'create' and step.state = 'done' and step.uid is not null;

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
    kind            text    not null check (kind in ('create', 'update', 'roll_back', 'delete')),
    team_id         text    not null,
    person          text    not null,
    actor           text    not null check (actor in ('own', 'impersonated')),
    draft_id        text,
    draft_revision  integer,
    idempotency_key text    not null,
    request_hash    text    not null,  -- the same key with another request is refused
    state           text    not null check (state in ('queued', 'running', 'undoing', 'succeeded', 'undone', 'stopped', 'stuck')),
    failure         text    check (failure in ('refused', 'name_taken', 'permission_lost', 'missing', 'conflict', 'changed',
                                                  'cluster_replaced', 'cluster_removed', 'cluster_unreachable',
                                                  'cluster_credentials_refused')),
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
    fence, retry_at, failures, failing_since, created_at, finished_at)
select
    operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
    actor, draft_id, draft_revision, idempotency_key, request_hash, state, failure, issues, holder, lease_until,
    fence, retry_at, failures, failing_since, created_at, finished_at
  from operation_before;

create unique index operation_active on operation (cluster_id, namespace, workload, name)
    where state in ('queued', 'running', 'undoing');
create unique index operation_key on operation (team_id, idempotency_key);
create index operation_due on operation (created_at) where state in ('queued', 'running', 'undoing');
create index operation_of_team on operation (team_id, created_at);
create index operation_of_draft on operation (draft_id, created_at) where draft_id is not null;
create index operation_of_app on operation (app_id, revision);

create table step (
    operation_id text    not null references operation (operation_id),
    position     integer not null check (position >= 0),
    verb         text    not null check (verb in ('create', 'apply', 'patch', 'delete')),
    api_version  text    not null,
    kind         text    not null,
    namespace    text,
    name         text    not null,
    body         text    not null,     -- exactly what is sent, with the marks
    before       text,                 -- what is sent to take it back; absent where it is deleted, or cannot be
    target_uid   text,                 -- the object that is changed or deleted, and no other of the name
    agreed       text,                 -- fields of others that are set all the same, and what the object was when they were seen
    fields       text    not null,     -- which field of the draft each path of the object comes from
    state        text    not null check (state in ('pending', 'sent', 'done', 'refused', 'undone', 'skipped')),
    uid          text,
    outcome      text,
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
    check ((state in ('done', 'refused', 'undone', 'skipped')) = (finished_at is not null)),
    check ((state in ('done', 'refused', 'undone', 'skipped')) = (outcome is not null))
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
