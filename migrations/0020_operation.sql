-- The id under which this installation marks its objects. One row, made at the first start.
create table installation (
    only_row        integer not null primary key check (only_row = 1),
    installation_id text    not null
) strict;

-- One life of an app, from its creation to its end. The same address may live again, under another id.
create table app (
    app_id     text    not null primary key,
    cluster_id integer not null,
    namespace  text    not null,
    kind       text    not null,
    name       text    not null,
    team_id    text    not null,
    created_at integer not null,
    ended_at   integer
) strict;

create unique index app_alive on app (cluster_id, namespace, kind, name) where ended_at is null;

-- A plan of an app that was, or is being, applied.
create table revision (
    app_id     text    not null references app (app_id),
    number     integer not null check (number > 0),
    plan       text    not null,      -- the planned objects, without marks
    plan_hash  text    not null,
    draft      text    not null,      -- the draft as it was submitted
    person     text    not null,
    created_at integer not null,
    primary key (app_id, number)
) strict, without rowid;

-- One attempt to change an app. Its steps are stored with it, before anything is sent to the cluster.
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
    failure         text    check (failure in ('refused', 'name_taken', 'permission_lost', 'missing', 'cluster_replaced', 'cluster_removed')),
    issues          text    not null default '[]',
    holder          text,              -- the process that works on it
    lease_until     integer,           -- another runner may take over after this moment
    fence           integer not null default 0,
    retry_at        integer,           -- not to be taken up before
    failures        integer not null default 0,
    created_at      integer not null,
    finished_at     integer,
    foreign key (app_id, revision) references revision (app_id, number),
    check ((state in ('undoing', 'undone', 'stopped', 'stuck')) = (failure is not null)),
    check ((state in ('succeeded', 'undone', 'stopped', 'stuck')) = (finished_at is not null)),
    check ((holder is null) = (lease_until is null)),
    check (finished_at is null or holder is null)
) strict;

create unique index operation_active on operation (cluster_id, namespace, workload, name)
    where state in ('queued', 'running', 'undoing');
create unique index operation_key on operation (team_id, idempotency_key);
create index operation_due on operation (created_at) where state in ('queued', 'running', 'undoing');
create index operation_of_team on operation (team_id, created_at);
create index operation_of_draft on operation (draft_id, created_at) where draft_id is not null;

-- One object in an operation. `sent` is committed before a request leaves.
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
