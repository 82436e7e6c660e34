-- A job's journal is the same lines as in history.jsonl, byte for byte: what chains and checks them is in the lines themselves.
CREATE TABLE logist.store (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
INSERT INTO logist.store DEFAULT VALUES;

CREATE SEQUENCE logist.made;
CREATE SEQUENCE logist.feed;

CREATE TABLE logist.job (
    id              text COLLATE "C" PRIMARY KEY,
    made            bigint NOT NULL DEFAULT nextval('logist.made'),
    -- The end of the journal: its last event, its length in bytes, the highest epoch, the checksum of its last line.
    seq             bigint NOT NULL,
    length          bigint NOT NULL,
    epoch           bigint NOT NULL DEFAULT 0,
    crc             bigint NOT NULL,
    -- The append in which the epoch rose last: it has the last owner. 0: none yet.
    owner_seq       bigint NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    -- The jobs directory that has its trees: its id, and how people find it.
    place           uuid NOT NULL,
    place_name      text NOT NULL,
    changed         timestamptz NOT NULL DEFAULT clock_timestamp(),
    manifest        bytea NOT NULL DEFAULT '',
    -- How many bytes of the journal the manifest tells of.
    manifest_length bigint NOT NULL DEFAULT 0
);

CREATE TABLE logist.append (
    job     text COLLATE "C" NOT NULL REFERENCES logist.job ON DELETE CASCADE,
    -- Its last event, and where it ends.
    seq     bigint NOT NULL,
    length  bigint NOT NULL,
    epoch   bigint NOT NULL,
    line    bytea NOT NULL,
    -- Who asks whether an append came through knows it by this.
    request uuid NOT NULL,
    feed    bigint NOT NULL UNIQUE,
    PRIMARY KEY (job, seq)
);

CREATE TABLE logist.workflow (
    job        text COLLATE "C" NOT NULL REFERENCES logist.job ON DELETE CASCADE,
    sha        text NOT NULL,
    definition bytea NOT NULL,
    PRIMARY KEY (job, sha)
);

-- The number in the feed of all jobs is given under a lock that is held until the commit, so that commits land in its order:
-- whoever reads on behind a number misses nothing.
CREATE FUNCTION logist.record(p_job text, p_seq bigint, p_length bigint, p_epoch bigint, p_line bytea, p_request uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;

    PERFORM pg_advisory_xact_lock(5641778213);
    INSERT INTO logist.append VALUES (p_job, p_seq, p_length, p_epoch, p_line, p_request, nextval('logist.feed'));
    PERFORM pg_notify('logist', p_job || ' ' || p_seq);
END $$;

-- Outcomes: done; exists, with the last event of the job that has the id.
CREATE FUNCTION logist.make(p_job text, p_request uuid, p_seq bigint, p_length bigint, p_crc bigint, p_line bytea,
    p_manifest bytea, p_manifest_length bigint, p_sha text, p_definition bytea, p_place uuid, p_place_name text, OUT outcome text, OUT last bigint)
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO logist.job (id, seq, length, crc, manifest, manifest_length, place, place_name)
        VALUES (p_job, p_seq, p_length, p_crc, p_manifest, p_manifest_length, p_place, p_place_name) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT j.seq INTO last FROM logist.job j WHERE j.id = p_job;
        outcome := CASE WHEN EXISTS (SELECT FROM logist.append a WHERE a.job = p_job AND a.request = p_request)
            THEN 'done' ELSE 'exists' END;
        RETURN;
    END IF;

    IF p_sha IS NOT NULL THEN
        INSERT INTO logist.workflow VALUES (p_job, p_sha, p_definition);
    END IF;

    PERFORM logist.record(p_job, p_seq, p_length, 0, p_line, p_request);
    outcome := 'done';
END $$;

-- Appends one line behind the end that its writer knows. Outcomes: done; moved, with the end as it is; held; gone.
-- p_take: takes the lease for so long, unless another owner has it; p_dead: epoch of an owner that is known to be dead.
CREATE FUNCTION logist.add(p_job text, p_request uuid, p_known_seq bigint, p_known_crc bigint, p_known_epoch bigint,
    p_seq bigint, p_length bigint, p_epoch bigint, p_crc bigint, p_line bytea, p_take interval, p_dead bigint,
    OUT outcome text, OUT last bigint, OUT ends bigint, OUT highest bigint, OUT checksum bigint)
LANGUAGE plpgsql AS $$
DECLARE j logist.job;
BEGIN
    SELECT * INTO j FROM logist.job WHERE id = p_job FOR UPDATE;
    SELECT j.seq, j.length, j.epoch, j.crc INTO last, ends, highest, checksum;
    IF j.id IS NULL THEN
        outcome := 'gone';
    ELSIF EXISTS (SELECT FROM logist.append a WHERE a.job = p_job AND a.seq = p_seq AND a.request = p_request) THEN
        -- The answer to an earlier try was lost.
        outcome := 'done';
    ELSIF p_take IS NOT NULL AND j.lease_until > clock_timestamp() AND j.epoch IS DISTINCT FROM p_dead THEN
        outcome := 'held';
    ELSIF (j.seq, j.crc, j.epoch) <> (p_known_seq, p_known_crc, p_known_epoch) THEN
        outcome := 'moved';
    ELSE
        PERFORM logist.record(p_job, p_seq, p_length, p_epoch, p_line, p_request);
        UPDATE logist.job SET seq = p_seq, length = p_length, epoch = p_epoch, crc = p_crc, changed = clock_timestamp(),
            owner_seq = CASE WHEN p_epoch > j.epoch THEN p_seq ELSE j.owner_seq END,
            lease_until = CASE WHEN p_take IS NULL THEN j.lease_until ELSE clock_timestamp() + p_take END
            WHERE id = p_job;
        outcome := 'done';
    END IF;
END $$;
