-- An app that somebody else made has a history for each team that has seen it, and none of them is in the way of the app
-- that was made here at the same address. An app that is known from its marks only is remembered as such: as long as there
-- are no others, the database counts as one that has forgotten everything.
drop index app_alive;
alter table app add column rebuilt integer not null default 0 check (rebuilt in (0, 1));
create unique index app_alive on app (cluster_id, namespace, kind, name) where ended_at is null and found = 0;
create unique index app_found on app (cluster_id, namespace, kind, name, team_id) where ended_at is null and found = 1;

-- A name that no object can have was once taken from a URL. Such an app ends, and what it was about is called by the name
-- that was read in its place.
update operation set state = 'stopped', failure = 'changed', finished_at = created_at, holder = null, lease_until = null
 where state in ('queued', 'running', 'undoing') and (namespace || name) glob '*[^-a-z0-9.]*';
update app set ended_at = created_at
 where ended_at is null and (namespace || name) glob '*[^-a-z0-9.]*';
update operation set name = substr(name, 1, instr(name, '?') - 1) where instr(name, '?') > 1;
update operation set name = substr(name, 1, instr(name, '#') - 1) where instr(name, '#') > 1;
update operation set name = substr(name, 1, instr(name, '/') - 1) where instr(name, '/') > 1;
update operation set name = 'unknown' where name glob '*[^-a-z0-9.]*';
update operation set namespace = 'unknown' where namespace glob '*[^-a-z0-9]*';
