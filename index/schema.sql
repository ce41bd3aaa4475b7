-- The catalogue. Everything else in a data directory can be made again from it.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE articles (
    aid     INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    story   INTEGER                         -- articles on one event share it
);
CREATE INDEX articles_story ON articles (story);

CREATE TABLE versions (
    vid           INTEGER PRIMARY KEY AUTOINCREMENT,
    aid           INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    title         TEXT NOT NULL,
    source        TEXT,
    url           TEXT,
    language      TEXT,
    tags          TEXT NOT NULL,            -- JSON list
    published     TEXT NOT NULL,            -- JSON, as cited
    pub_start     INTEGER,                  -- UTC seconds, half-open interval; NULL when undated
    pub_end       INTEGER,
    modified      TEXT,
    ingested_at   INTEGER NOT NULL,
    valid_from    INTEGER NOT NULL,
    valid_to      INTEGER,                  -- NULL: still valid
    record        TEXT NOT NULL,            -- JSON of what was given beside the text, to process it again
    content       BLOB NOT NULL,            -- SHA-256 of what was given: equal means unchanged
    fingerprint   TEXT NOT NULL,            -- of the pipeline that made the passages
    text          TEXT NOT NULL,
    sections      TEXT NOT NULL,            -- JSON [{"title", "kept": [[s, e]]}]
    removed       TEXT NOT NULL,            -- JSON [{"span": [s, e], "reason"}]
    seq           INTEGER NOT NULL,         -- sequence at which this row last changed
    UNIQUE (aid, number)
);
CREATE INDEX versions_seq ON versions (seq);

CREATE TABLE passages (
    pk          INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id  TEXT NOT NULL UNIQUE,
    vid         INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
    section     INTEGER NOT NULL,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    sentences   TEXT NOT NULL,              -- JSON [[s, e]]
    vkey        BLOB NOT NULL REFERENCES vectors,
    seq         INTEGER NOT NULL,
    copy_group  INTEGER,                    -- near-identical passages of several articles share it
    group_seq   INTEGER NOT NULL DEFAULT 0  -- sequence at which copy_group last changed
);
CREATE INDEX passages_vid ON passages (vid);
CREATE INDEX passages_seq ON passages (seq);
CREATE INDEX passages_vkey ON passages (vkey);
CREATE INDEX passages_copy_group ON passages (copy_group) WHERE copy_group IS NOT NULL;
CREATE INDEX passages_group_seq ON passages (group_seq) WHERE group_seq > 0;

-- Stories that became part of an older one. Numbers of stories and groups are counted in meta and never used again.
CREATE TABLE story_redirects (story INTEGER PRIMARY KEY, target INTEGER NOT NULL);

-- Vectors by model digest and content: what is encoded once is never encoded again.
CREATE TABLE vectors (vkey BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;

-- Which passage keys left at which sequence, so that views and derived files can follow. Numbers only.
CREATE TABLE departed (pk INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE INDEX departed_seq ON departed (seq);
