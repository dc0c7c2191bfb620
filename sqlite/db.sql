-- The database of Dozvon, made from the migrations by `python -m store.dump_schema`. By hand, in this folder:
--   sqlite3 db.sqlite3
--   .read db.sql
PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE "Users" (
    uid VARCHAR(36) NOT NULL,
    name VARCHAR(1024) DEFAULT '' NOT NULL,
    login VARCHAR(1024) NOT NULL,
    password VARCHAR(1024) NOT NULL,
    acc_token VARCHAR(1024),
    expired FLOAT,
    comment TEXT DEFAULT '' NOT NULL,
    role VARCHAR(8) DEFAULT 'user' NOT NULL,
    created_at BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (uid),
    CONSTRAINT users_role CHECK (role IN ('admin', 'user')),
    UNIQUE (login)
);
CREATE TABLE audio (
    id VARCHAR(36) NOT NULL,
    owner VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    state VARCHAR(8) NOT NULL,
    name VARCHAR(200) NOT NULL,
    duration_ms BIGINT NOT NULL,
    sample_rate INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    format VARCHAR(8) NOT NULL,
    size BIGINT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    normalize BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(owner) REFERENCES "Users" (uid) ON DELETE CASCADE
);
CREATE INDEX ix_audio_owner ON audio (owner);
CREATE TABLE callbases (
    seq INTEGER NOT NULL,
    id VARCHAR(36) NOT NULL,
    owner VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    region VARCHAR(2) NOT NULL,
    state VARCHAR(8) NOT NULL,
    total INTEGER NOT NULL,
    report JSON NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(owner) REFERENCES "Users" (uid) ON DELETE CASCADE,
    UNIQUE (id)
);
CREATE INDEX ix_callbases_owner ON callbases (owner);
CREATE TABLE campaigns (
    seq INTEGER NOT NULL,
    id VARCHAR(36) NOT NULL,
    owner VARCHAR(36) NOT NULL,
    name VARCHAR(200) NOT NULL,
    search TEXT DEFAULT '' NOT NULL,
    status VARCHAR(9) NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    gateway_id VARCHAR(36) NOT NULL,
    audio_id VARCHAR(36) NOT NULL,
    callbase_id VARCHAR(36),
    max_lines INTEGER,
    calls_per_second FLOAT,
    ring_timeout_s INTEGER NOT NULL,
    max_attempts INTEGER,
    retry JSON NOT NULL,
    window JSON,
    start_at BIGINT,
    lead_in_ms INTEGER NOT NULL,
    tail_ms INTEGER NOT NULL,
    repeat INTEGER NOT NULL,
    repeat_pause_ms INTEGER DEFAULT '0' NOT NULL,
    opt_out_digit VARCHAR(1),
    opt_out_audio_id VARCHAR(36),
    transfer_digit VARCHAR(1),
    transfer_to VARCHAR(64),
    collect_digits INTEGER NOT NULL,
    redial_interrupted BOOLEAN NOT NULL,
    machine_detection VARCHAR(18) DEFAULT 'off' NOT NULL,
    machine_detection_params JSON DEFAULT '{}' NOT NULL,
    record_s INTEGER DEFAULT '0' NOT NULL,
    recording_days INTEGER DEFAULT '30' NOT NULL,
    keys JSON DEFAULT '{}' NOT NULL,
    total INTEGER DEFAULT '0' NOT NULL,
    n_pending INTEGER DEFAULT '0' NOT NULL,
    n_active INTEGER DEFAULT '0' NOT NULL,
    n_delivered INTEGER DEFAULT '0' NOT NULL,
    n_partial INTEGER DEFAULT '0' NOT NULL,
    n_busy INTEGER DEFAULT '0' NOT NULL,
    n_no_answer INTEGER DEFAULT '0' NOT NULL,
    n_rejected INTEGER DEFAULT '0' NOT NULL,
    n_invalid_number INTEGER DEFAULT '0' NOT NULL,
    n_failed INTEGER DEFAULT '0' NOT NULL,
    n_do_not_call INTEGER DEFAULT '0' NOT NULL,
    n_canceled INTEGER DEFAULT '0' NOT NULL,
    n_interrupted INTEGER DEFAULT '0' NOT NULL,
    by_human INTEGER DEFAULT '0' NOT NULL,
    by_machine INTEGER DEFAULT '0' NOT NULL,
    by_beep INTEGER DEFAULT '0' NOT NULL,
    by_unknown INTEGER DEFAULT '0' NOT NULL,
    rtp_calls INTEGER DEFAULT '0' NOT NULL,
    rtp_sent BIGINT DEFAULT '0' NOT NULL,
    rtp_reports INTEGER DEFAULT '0' NOT NULL,
    rtp_reported BIGINT DEFAULT '0' NOT NULL,
    rtp_lost BIGINT DEFAULT '0' NOT NULL,
    rtp_jitter_ms FLOAT DEFAULT '0' NOT NULL,
    rtp_trips INTEGER DEFAULT '0' NOT NULL,
    rtp_rtt_ms FLOAT DEFAULT '0' NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(owner) REFERENCES "Users" (uid) ON DELETE CASCADE,
    UNIQUE (id)
);
CREATE INDEX ix_campaigns_audio_id ON campaigns (audio_id);
CREATE INDEX ix_campaigns_callbase_id ON campaigns (callbase_id);
CREATE INDEX ix_campaigns_gateway_id ON campaigns (gateway_id);
CREATE INDEX ix_campaigns_opt_out_audio_id ON campaigns (opt_out_audio_id);
CREATE INDEX ix_campaigns_owner ON campaigns (owner);
CREATE INDEX ix_campaigns_status ON campaigns (status);
CREATE TABLE dnc (
    number VARCHAR(16) NOT NULL,
    owner VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    reason VARCHAR(200) DEFAULT '' NOT NULL,
    PRIMARY KEY (number, owner),
    FOREIGN KEY(owner) REFERENCES "Users" (uid) ON DELETE CASCADE
);
CREATE TABLE gateways (
    id VARCHAR(36) NOT NULL,
    owner VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL,
    host VARCHAR(255) NOT NULL,
    port INTEGER NOT NULL,
    transport VARCHAR(3) NOT NULL,
    username VARCHAR(255) NOT NULL,
    auth_username VARCHAR(255) NOT NULL,
    password BLOB,
    realm VARCHAR(255) NOT NULL,
    caller_id VARCHAR(255) NOT NULL,
    display_name VARCHAR(255) NOT NULL,
    outbound_proxy VARCHAR(255) NOT NULL,
    register BOOLEAN NOT NULL,
    codecs JSON NOT NULL,
    srtp VARCHAR(8) NOT NULL,
    tls_ca TEXT NOT NULL,
    stun_server VARCHAR(255) NOT NULL,
    public_address VARCHAR(255) NOT NULL,
    keep_alive_s INTEGER NOT NULL,
    max_lines INTEGER,
    calls_per_second FLOAT,
    region VARCHAR(2) NOT NULL,
    strip_plus BOOLEAN NOT NULL,
    dial_prefix VARCHAR(32) NOT NULL,
    allowed_prefixes JSON NOT NULL,
    breaker_state VARCHAR(6) DEFAULT 'closed' NOT NULL,
    breaker_reason TEXT DEFAULT '' NOT NULL,
    breaker_since BIGINT,
    breaker_next_try BIGINT,
    last_error TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(owner) REFERENCES "Users" (uid) ON DELETE CASCADE
);
CREATE INDEX ix_gateways_owner ON gateways (owner);
CREATE TABLE grants (
    id VARCHAR(36) NOT NULL,
    uid VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(uid) REFERENCES "Users" (uid) ON DELETE CASCADE
);
CREATE INDEX ix_grants_uid ON grants (uid);
CREATE TABLE idempotency (
    uid VARCHAR(36) NOT NULL,
    route VARCHAR(255) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    resource_id VARCHAR(36) NOT NULL,
    run_id VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    status INTEGER,
    headers JSON,
    body BLOB,
    PRIMARY KEY (uid, route, "key"),
    FOREIGN KEY(uid) REFERENCES "Users" (uid) ON DELETE CASCADE
);
CREATE INDEX ix_idempotency_created_at ON idempotency (created_at);
CREATE TABLE "Callbase" (
    cid VARCHAR(36) NOT NULL,
    name VARCHAR(1024) DEFAULT '' NOT NULL,
    number VARCHAR(16) NOT NULL,
    comment TEXT DEFAULT '' NOT NULL,
    callbase_seq INTEGER,
    pos INTEGER DEFAULT '0' NOT NULL,
    search TEXT DEFAULT '' NOT NULL,
    extra JSON,
    PRIMARY KEY (cid),
    FOREIGN KEY(callbase_seq) REFERENCES callbases (seq) ON DELETE CASCADE
);
CREATE UNIQUE INDEX subscribers_by_number ON "Callbase" (callbase_seq, number);
CREATE INDEX subscribers_by_place ON "Callbase" (callbase_seq, pos);
CREATE TABLE access_tokens (
    jti VARCHAR(36) NOT NULL,
    grant_id VARCHAR(36) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (jti),
    FOREIGN KEY(grant_id) REFERENCES grants (id) ON DELETE CASCADE
);
CREATE INDEX ix_access_tokens_expires_at ON access_tokens (expires_at);
CREATE INDEX ix_access_tokens_grant_id ON access_tokens (grant_id);
CREATE TABLE audio_chunks (
    audio_id VARCHAR(36) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    seq INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (audio_id, kind, seq),
    FOREIGN KEY(audio_id) REFERENCES audio (id) ON DELETE CASCADE
);
CREATE TABLE calls (
    seq INTEGER NOT NULL,
    id VARCHAR(36) NOT NULL,
    campaign_id VARCHAR(36) NOT NULL,
    target_id INTEGER NOT NULL,
    cid VARCHAR(36) NOT NULL,
    number VARCHAR(16) NOT NULL,
    dialled VARCHAR(64) NOT NULL,
    attempt INTEGER NOT NULL,
    status VARCHAR(11) NOT NULL,
    outcome VARCHAR(14),
    sip_code INTEGER,
    sip_reason VARCHAR(255),
    q850_cause INTEGER,
    initiated_at BIGINT NOT NULL,
    ringing_at BIGINT,
    answered_at BIGINT,
    ended_at BIGINT,
    ring_ms INTEGER,
    talk_ms INTEGER,
    played_ms INTEGER,
    audio_ms INTEGER NOT NULL,
    first_audio_ms INTEGER,
    packets_sent INTEGER,
    packets_lost INTEGER,
    jitter_ms FLOAT,
    rtt_ms FLOAT,
    packets_received INTEGER,
    received_lost INTEGER,
    digits VARCHAR(64) DEFAULT '' NOT NULL,
    transfer VARCHAR(8),
    transfer_code INTEGER,
    hangup_by VARCHAR(7),
    answered_by VARCHAR(7),
    recording_ms INTEGER,
    PRIMARY KEY (seq),
    FOREIGN KEY(campaign_id) REFERENCES campaigns (id) ON DELETE CASCADE,
    UNIQUE (id)
);
CREATE INDEX calls_by_campaign ON calls (campaign_id, seq);
CREATE INDEX calls_by_outcome ON calls (campaign_id, outcome, seq) WHERE outcome IS NOT NULL;
CREATE INDEX calls_by_status ON calls (campaign_id, status, seq) WHERE ended_at IS NOT NULL;
CREATE INDEX calls_in_flight ON calls (status) WHERE ended_at IS NULL;
CREATE TABLE refresh_tokens (
    sha256 VARCHAR(64) NOT NULL,
    grant_id VARCHAR(36) NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (sha256),
    FOREIGN KEY(grant_id) REFERENCES grants (id) ON DELETE CASCADE
);
CREATE INDEX ix_refresh_tokens_expires_at ON refresh_tokens (expires_at);
CREATE INDEX ix_refresh_tokens_grant_id ON refresh_tokens (grant_id);
CREATE TABLE targets (
    id INTEGER NOT NULL,
    campaign_seq INTEGER NOT NULL,
    cid VARCHAR(36) NOT NULL,
    name VARCHAR(1024) NOT NULL,
    search TEXT DEFAULT '' NOT NULL,
    number VARCHAR(16) NOT NULL,
    state VARCHAR(7) NOT NULL,
    outcome VARCHAR(14),
    attempts INTEGER DEFAULT '0' NOT NULL,
    retries JSON,
    next_attempt_at BIGINT DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT targets_state CHECK (state IN ('pending', 'active', 'done')),
    FOREIGN KEY(campaign_seq) REFERENCES campaigns (seq) ON DELETE CASCADE
);
CREATE INDEX targets_by_outcome ON targets (campaign_seq, outcome, id) WHERE state = 'done';
CREATE INDEX targets_by_place ON targets (campaign_seq, id);
CREATE INDEX targets_by_state ON targets (campaign_seq, state, id);
CREATE INDEX targets_by_turn ON targets (campaign_seq, next_attempt_at, id) WHERE state = 'pending';
CREATE TABLE timeline (
    campaign_seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    started INTEGER DEFAULT '0' NOT NULL,
    ended INTEGER DEFAULT '0' NOT NULL,
    peak INTEGER DEFAULT '0' NOT NULL,
    n_delivered INTEGER DEFAULT '0' NOT NULL,
    n_partial INTEGER DEFAULT '0' NOT NULL,
    n_busy INTEGER DEFAULT '0' NOT NULL,
    n_no_answer INTEGER DEFAULT '0' NOT NULL,
    n_rejected INTEGER DEFAULT '0' NOT NULL,
    n_invalid_number INTEGER DEFAULT '0' NOT NULL,
    n_failed INTEGER DEFAULT '0' NOT NULL,
    n_canceled INTEGER DEFAULT '0' NOT NULL,
    n_interrupted INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (campaign_seq, at),
    FOREIGN KEY(campaign_seq) REFERENCES campaigns (seq) ON DELETE CASCADE
)
 WITHOUT ROWID;
CREATE TABLE kept_sums (
    name VARCHAR(32) NOT NULL,
    value FLOAT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE call_recordings (
    call_id VARCHAR(36) NOT NULL,
    seq INTEGER NOT NULL,
    expires_at BIGINT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (call_id, seq),
    FOREIGN KEY(call_id) REFERENCES calls (id) ON DELETE CASCADE
);
CREATE INDEX ix_call_recordings_expires_at ON call_recordings (expires_at);
INSERT INTO alembic_version (version_num) VALUES ('0001');
COMMIT;
