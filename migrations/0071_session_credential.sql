-- What a session was begun with: it is over once its person has another token.
-- Absent: the session of the one user, or one that began before this was noted.
alter table session add column credential blob;
