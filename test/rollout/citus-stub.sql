-- What Citus's functions record and refuse, as far as its sources say it, in a PostgreSQL without Citus.
CREATE TABLE pg_dist_node (nodename text, nodeport int, groupid int, isactive boolean DEFAULT true);
CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char", partkey text, colocationid int, repmodel "char");
CREATE SEQUENCE colocation_ids;
CREATE TABLE calls (at serial, call text);

CREATE FUNCTION column_to_column_name(regclass, text) RETURNS text LANGUAGE sql AS 'SELECT $2';

CREATE FUNCTION citus_set_coordinator_host(host text, port int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM pg_dist_node WHERE groupid = 0;
  INSERT INTO pg_dist_node VALUES (host, port, 0);
END $$;

CREATE FUNCTION citus_add_node(host text, port int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0) THEN RAISE EXCEPTION 'the coordinator has to be set first'; END IF;
  INSERT INTO pg_dist_node SELECT host, port, max(groupid) + 1 FROM pg_dist_node;
  RETURN 1;
END $$;

CREATE FUNCTION refuse_triggers(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('citus.enable_unsafe_triggers', true), 'off') <> 'on' AND EXISTS (SELECT FROM pg_trigger WHERE tgrelid = name AND NOT tgisinternal)
  THEN RAISE EXCEPTION 'cannot distribute relation "%" because it has triggers', name; END IF;
END $$;

-- A table that is in the metadata already is taken out of it first, and an identity column forbids that.
CREATE FUNCTION refuse_identity(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = name) AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = name AND attidentity <> '')
  THEN RAISE EXCEPTION 'cannot complete operation on a table with identity column'; END IF;
  DELETE FROM pg_dist_partition WHERE logicalrelid = name;
END $$;

CREATE FUNCTION create_reference_table(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse_triggers(name);
  INSERT INTO calls (call) VALUES ('reference ' || name);
  INSERT INTO pg_dist_partition VALUES (name, 'n', NULL, 1, 't') ON CONFLICT (logicalrelid) DO UPDATE SET repmodel = 't';
  -- What is tied to it by references becomes a table of Citus as well.
  INSERT INTO pg_dist_partition
    WITH RECURSIVE tied AS (SELECT name::oid AS id UNION
      SELECT CASE WHEN c.conrelid = tied.id THEN c.confrelid ELSE c.conrelid END FROM pg_constraint c, tied
       WHERE c.contype = 'f' AND tied.id IN (c.conrelid, c.confrelid))
    SELECT id, 'n', NULL, 0, 's' FROM tied ON CONFLICT (logicalrelid) DO NOTHING;
END $$;

CREATE FUNCTION create_distributed_table(name regclass, key text, distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  position int; one record; beside pg_dist_partition; own_type oid; its_type oid; id int;
BEGIN
  IF colocate_with NOT IN ('none', 'default') AND shard_count IS NOT NULL THEN
    RAISE EXCEPTION 'Cannot use colocate_with with a table and shard_count at the same time';
  END IF;
  SELECT attnum, atttypid INTO position, own_type FROM pg_attribute WHERE attrelid = name AND attname = key;
  IF position IS NULL THEN RAISE EXCEPTION 'column "%" of relation "%" does not exist', key, name; END IF;
  IF EXISTS (SELECT FROM pg_index WHERE indrelid = name AND (indisunique OR indisexclusion) AND position <> ALL (indkey::int2[])) THEN
    RAISE EXCEPTION 'cannot create constraint on "%"', name USING DETAIL = 'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column';
  END IF;
  PERFORM refuse_triggers(name);
  PERFORM refuse_identity(name);
  IF colocate_with IN ('none', 'default') THEN id := nextval('colocation_ids') + 10;
  ELSE
    SELECT * INTO beside FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass;
    IF beside.colocationid IS NULL THEN RAISE EXCEPTION 'relation % is not distributed', colocate_with; END IF;
    SELECT atttypid INTO its_type FROM pg_attribute WHERE attrelid = beside.logicalrelid AND attname = beside.partkey;
    IF its_type <> own_type THEN RAISE EXCEPTION 'cannot colocate tables % and %', colocate_with, name; END IF;
    id := beside.colocationid;
  END IF;
  FOR one IN SELECT c.conname, c.conrelid, c.confrelid, c.conkey, c.confkey, t.partmethod, t.colocationid AS theirs, t.partkey FROM pg_constraint c
    LEFT JOIN pg_dist_partition t ON t.logicalrelid = c.confrelid WHERE c.contype = 'f' AND c.conrelid = name AND c.conparentid = 0
  LOOP
    IF one.confrelid = name OR one.partmethod = 'n' THEN CONTINUE; END IF;
    IF one.theirs IS DISTINCT FROM id THEN RAISE EXCEPTION 'cannot create foreign key constraint % since relations are not colocated or not referencing a reference table', one.conname; END IF;
    IF array_position(one.conkey, position::int2) IS DISTINCT FROM array_position(one.confkey, (SELECT attnum FROM pg_attribute WHERE attrelid = one.confrelid AND attname = one.partkey)) THEN
      RAISE EXCEPTION 'cannot create foreign key constraint %', one.conname;
    END IF;
  END LOOP;
  IF EXISTS (SELECT FROM pg_constraint c WHERE contype = 'f' AND confrelid = name AND EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.conrelid AND p.partmethod = 'n')) THEN
    RAISE EXCEPTION 'foreign keys from reference tables and local tables to distributed tables are not supported';
  END IF;
  INSERT INTO calls (call) VALUES (name || ' by ' || key);
  INSERT INTO pg_dist_partition VALUES (name, 'h', key, id, 's');
END $$;

-- One shard for each table, whose rows are where `misplaced` says.
CREATE TABLE misplaced (name regclass PRIMARY KEY, rows bigint);
CREATE FUNCTION run_command_on_shards(name regclass, command text) RETURNS TABLE (shardid bigint, success boolean, result text) LANGUAGE sql AS $$
  SELECT 1::bigint, true, '10 ' || coalesce((SELECT m.rows FROM misplaced m WHERE m.name = $1), 0)
$$;
