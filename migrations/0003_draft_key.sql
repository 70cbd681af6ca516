-- The key of the request that made a draft. Sent again because its answer was lost, it makes no second one.
alter table draft add column request_key text;

create unique index draft_key on draft (team_id, request_key) where request_key is not null;
