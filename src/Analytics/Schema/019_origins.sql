-- What a cell's id is made of but no column told: which file a policy is from, and which figures a cost model of the same name had.

ALTER TABLE results ADD COLUMN policy_origin VARCHAR;
ALTER TABLE results ADD COLUMN cost_fingerprint VARCHAR;
COMMENT ON COLUMN results.policy_origin IS
    'sha256 of the file that the policy is from; empty for a policy of the catalogue, NULL in rows from before it was kept.';
COMMENT ON COLUMN results.cost_fingerprint IS 'Fingerprint of the cost model''s figures; NULL in rows from before it was kept.';
