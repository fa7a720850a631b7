-- Which memory node new stacks are on. Rows from before had them all on the forking CPU's.

ALTER TABLE results ADD COLUMN node_memory VARCHAR DEFAULT '';
COMMENT ON COLUMN results.node_memory IS 'Which memory node new stacks are on: interleave for all in turn; empty for that of the forking CPU.';
