//! The tables, as both databases have them. A test selects every column on both.

diesel::table! {
    settings (name) { name -> Text, value -> Text, }
}
diesel::table! {
    regions (code, edition) {
        code -> Text, level -> Text, parent -> Nullable<Text>, name -> Text,
        bps_code -> Nullable<Text>, lon -> Double, lat -> Double,
        postal_code -> Nullable<Text>, edition -> Text, valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}
diesel::table! {
    region_geometries (code, edition) {
        code -> Text, geometry -> Text, approximate -> Bool, source -> Text, edition -> Text,
    }
}
diesel::table! {
    commodities (code) {
        code -> Text, name -> Text, name_en -> Text, sector -> Text,
        kbli -> Nullable<Text>, unit -> Nullable<Text>, synonyms -> Text,
    }
}
diesel::table! {
    kbli (edition, code) { edition -> Text, code -> Text, title -> Text, }
}
diesel::table! {
    kbli_editions (edition) { edition -> Text, valid_from -> Nullable<Date>, }
}
diesel::table! {
    kbli_concordances (from_edition, from_code, to_edition, to_code) {
        from_edition -> Text, from_code -> Text, to_edition -> Text, to_code -> Text,
    }
}
diesel::table! {
    jobs (id) {
        id -> Text, kind -> Text, parameters -> Text, cursor -> Text, state -> Text,
        counts -> Text, started_at -> Timestamp, updated_at -> Timestamp,
    }
}
diesel::table! {
    job_findings (job_id, entity_id) { job_id -> Text, entity_id -> Text, detail -> Text, }
}
diesel::table! {
    enterprises (key) {
        key -> BigInt, id -> Text, revision -> Integer, sample -> Bool,
        responsible_region -> Text, updated_at -> Timestamp, document -> Text,
        public_document -> Nullable<Text>,
    }
}
diesel::table! {
    atlas_rows (key) { key -> BigInt, revision -> Integer, row -> Binary, }
}
diesel::table! {
    // A view: what every record is at, read from an index alone.
    record_revisions (key) { key -> BigInt, revision -> Integer, }
}
diesel::table! {
    revisions (entity_id, revision) { entity_id -> Text, revision -> Integer, document -> Text, }
}
diesel::table! {
    changes (seq) {
        seq -> BigInt, at -> Timestamp, log_epoch -> Text, actor -> Text,
        job_id -> Nullable<Text>, reason -> Nullable<Text>, entity -> Text, entity_id -> Text,
        action -> Text, revision -> Integer,
    }
}
diesel::table! {
    source_rows (identity) { identity -> Text, enterprise_id -> Text, content -> Text, }
}
diesel::table! {
    products (enterprise_id, position) {
        enterprise_id -> Text, position -> Integer, name -> Text, commodity -> Nullable<Text>,
        dimension -> Nullable<Text>, monthly_min -> Nullable<Double>,
        monthly_max -> Nullable<Double>, utilisation -> Nullable<Integer>,
    }
}
diesel::table! {
    documents (id) {
        id -> Text, entity -> Text, revision -> Integer, sample -> Bool, closed -> Bool,
        name -> Text, region -> Text, responsible_region -> Text, subject -> Nullable<Text>,
        document -> Text, public_document -> Nullable<Text>,
    }
}
diesel::table! {
    restricted (enterprise_id, part) {
        enterprise_id -> Text, part -> Text, wrapped_key -> Binary, sealed -> Binary,
        national_id_hash -> Nullable<Binary>,
    }
}
diesel::table! {
    vault_keys (name) { name -> Text, wrapped_key -> Binary, }
}
diesel::table! {
    reads (seq) {
        seq -> BigInt, began_at -> Timestamp, at -> Timestamp, actor -> Text, scope -> Text,
        kind -> Text, entity -> Text, entity_id -> Nullable<Text>, region -> Nullable<Text>,
        purpose -> Nullable<Text>, filter -> Nullable<Text>, count -> BigInt, detail -> Text,
        request_id -> Nullable<Text>,
    }
}
diesel::table! {
    merges (duplicate_id) {
        duplicate_id -> Text, survivor_id -> Text, merged_at -> Timestamp,
        survivor_before -> Integer, survivor_after -> Integer, duplicate_before -> Integer,
    }
}
diesel::table! {
    /// Named after the first kind of them.
    #[sql_name = "erasures"]
    person_requests (id) {
        id -> Text, enterprise_id -> Text, request -> Text, actor -> Text, at -> Timestamp,
        kind -> Text, purpose -> Nullable<Text>,
    }
}
diesel::table! {
    duplicates (id) {
        id -> Text, first_id -> Text, second_id -> Text, first_region -> Text,
        second_region -> Text, score -> Integer, class_score -> Integer, reasons -> Text,
        fingerprint -> BigInt, status -> Text, found_by -> Text, found_at -> Timestamp,
        decided_by -> Nullable<Text>, decided_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
    }
}
diesel::table! {
    duplicate_blocks (block, record) { block -> BigInt, record -> BigInt, sketch -> BigInt, }
}
diesel::table! {
    imports (key) {
        key -> BigInt, id -> Text, name -> Text, size -> BigInt, sha256 -> Text,
        source -> Nullable<Text>, uploaded_by -> Text, area -> Nullable<Text>, actor -> Text,
        state -> Text, options -> Text, counts -> Text, done -> BigInt, total -> BigInt,
        problem -> Nullable<Text>, reason -> Nullable<Text>, cursor -> Text,
        wrapped_key -> Nullable<Binary>, has_file -> Bool, created_at -> Timestamp,
        updated_at -> Timestamp, finished_at -> Nullable<Timestamp>,
        expires_at -> Nullable<Timestamp>, lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
    }
}
diesel::table! {
    import_records (import_key, enterprise_id, revision) {
        import_key -> BigInt, enterprise_id -> Text, revision -> Integer, action -> Text,
        revision_before -> Nullable<Integer>, identity -> Nullable<Text>,
        content_before -> Nullable<Text>, restricted_changed -> Bool,
    }
}
diesel::table! {
    import_restricted (enterprise_id, place) {
        enterprise_id -> Text, place -> Text, wrapped_key -> Binary, sealed -> Binary,
        national_id_hash -> Nullable<Binary>,
    }
}
diesel::table! {
    import_files (import_key, kind, number) {
        import_key -> BigInt, kind -> Text, number -> Integer, counts -> Text, sealed -> Binary,
    }
}
diesel::table! {
    removed_records (enterprise_id) {
        enterprise_id -> Text, responsible_region -> Text, author -> Nullable<Text>,
        cooperative -> Nullable<Text>, was_public -> Bool,
    }
}
diesel::table! {
    saved_mappings (area, source, layout) {
        area -> Text, source -> Text, layout -> Text, mapping -> Text, saved_by -> Text, saved_at -> Timestamp,
    }
}
diesel::table! {
    releases (id) {
        id -> Text, title -> Text, reference_date -> Date, contact -> Text,
        note -> Nullable<Text>, state -> Text, position -> Nullable<BigInt>, done -> BigInt,
        total -> BigInt, created_by -> Text, created_at -> Timestamp, updated_at -> Timestamp,
        sealed_at -> Nullable<Timestamp>, seq -> Nullable<BigInt>, sample -> Bool,
        sha256 -> Nullable<Text>, document -> Nullable<Text>, thresholds -> Nullable<Text>,
        withdrawn_by -> Nullable<Text>, withdrawn_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>, campaign_id -> Nullable<Text>, licence -> Nullable<Text>,
    }
}
diesel::table! {
    candidate_searches (key) {
        key -> BigInt, id -> Text, region -> Text, commodity -> Nullable<Text>, eps_m -> Integer,
        min_producers -> Integer, state -> Text, asked_by -> Text, done -> BigInt,
        total -> BigInt, counts -> Text, attempts -> Integer, created_at -> Timestamp,
        updated_at -> Timestamp, finished_at -> Nullable<Timestamp>,
        lease_owner -> Nullable<Text>, lease_until -> Nullable<Timestamp>,
    }
}
diesel::table! {
    candidates (id) {
        id -> Text, search_id -> Text, commodity -> Text, region -> Text,
        responsible_region -> Text, status -> Text, producers -> Integer, cluster -> Text,
        found_at -> Timestamp, sentra_id -> Nullable<Text>, decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>, reason -> Nullable<Text>,
    }
}
diesel::table! {
    areas (id) { id -> Text, geometry -> Text, created_at -> Timestamp, }
}
diesel::table! {
    users (email) {
        email -> Text, password_hash -> Text, role -> Text, area -> Nullable<Text>,
        created_at -> Timestamp, name -> Nullable<Text>, cooperative -> Nullable<Text>,
        disabled -> Bool, totp_secret -> Nullable<Binary>, totp_confirmed -> Bool,
        totp_last_step -> BigInt, reset_code_hash -> Nullable<Text>,
        reset_code_expires_at -> Nullable<Timestamp>, last_sign_in_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    grants (email) {
        email -> Text, expires_at -> Timestamp, granted_by -> Text, reason -> Text, at -> Timestamp,
    }
}
diesel::table! {
    session_families (id) {
        id -> Text, email -> Text, created_at -> Timestamp, last_used_at -> Timestamp,
        expires_at -> Timestamp, second_factor -> Bool, device -> Text,
    }
}
diesel::table! {
    sessions (token_hash) {
        token_hash -> Text, email -> Text, expires_at -> Timestamp, family -> Nullable<Text>,
        used_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    sign_in_failures (address_hash) {
        address_hash -> Text, failures -> Integer, last_at -> Timestamp,
        locked_until -> Nullable<Timestamp>,
    }
}
diesel::table! {
    signing_keys (kid) {
        kid -> Text, public_key -> Binary, private_key -> Binary, created_at -> Timestamp,
        signs_from -> Timestamp,
    }
}
diesel::table! {
    clients (id) {
        id -> Text, name -> Text, secret_hash -> Text, secret_version -> Integer, scopes -> Text,
        area -> Nullable<Text>, created_by -> Text, created_at -> Timestamp,
        expires_at -> Timestamp, revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>, requests_per_second -> Nullable<Integer>,
    }
}
diesel::table! {
    client_usage (client_id, day) {
        client_id -> Text, day -> Date, requests -> BigInt, errors -> BigInt, refused -> BigInt,
        bytes -> BigInt, last_at -> Timestamp,
    }
}
diesel::table! {
    owner_links (id) {
        id -> Text, token_hash -> Text, enterprise_id -> Text, owner -> Text, created_by -> Text,
        created_at -> Timestamp, expires_at -> Timestamp, revoked_at -> Nullable<Timestamp>,
        revoked_by -> Nullable<Text>, last_used_at -> Nullable<Timestamp>, uses -> Integer,
    }
}
diesel::table! {
    desk_checks (key) {
        key -> BigInt, id -> Text, enterprise_id -> Text, revision -> Integer, region -> Text,
        outcome -> Text, fields -> Text, note -> Nullable<Text>, checked_by -> Text,
        checked_at -> Timestamp,
    }
}
diesel::table! {
    idempotency_keys (actor, key) {
        actor -> Text, key -> Text, request_hash -> Text, enterprise_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    questionnaires (id) {
        id -> Text, form_id -> Text, version -> Integer, title -> Text, document -> Text,
        created_by -> Text, created_at -> Timestamp,
    }
}
diesel::table! {
    campaigns (id) {
        id -> Text, revision -> Integer, state -> Text, questionnaire -> Text, document -> Text,
        created_at -> Timestamp,
    }
}
diesel::table! {
    campaign_targets (campaign_id, village) {
        campaign_id -> Text, village -> Text, expected -> Nullable<Integer>,
        source -> Nullable<Text>,
    }
}
diesel::table! {
    assignments (campaign_id, village, enumerator) {
        campaign_id -> Text, village -> Text, enumerator -> Text,
    }
}
diesel::table! {
    devices (id) {
        id -> Text, key_hash -> Text, enumerator -> Text, label -> Text, created_by -> Text,
        created_at -> Timestamp, last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    visits (key) {
        key -> BigInt, id -> Text, instance_id -> Text, sha256 -> Text, campaign_id -> Text,
        enumerator -> Text, device -> Nullable<Text>, village -> Text, kind -> Text,
        outcome -> Text, state -> Text, entity_id -> Nullable<Text>, branch_id -> Nullable<Text>,
        base_revision -> Nullable<Integer>, enterprise_id -> Nullable<Text>,
        applied_revision -> Nullable<Integer>, replaced_by -> Nullable<Text>,
        started_at -> Nullable<Timestamp>, ended_at -> Nullable<Timestamp>,
        received_at -> Timestamp, visited_on -> Date, lon -> Nullable<Double>,
        lat -> Nullable<Double>, accuracy_m -> Nullable<Double>, problems -> Text,
        answers -> Text, likeness -> Nullable<Text>, wrapped_key -> Nullable<Binary>,
        submission -> Nullable<Binary>,
    }
}
diesel::table! {
    visit_photos (visit_id, name) {
        visit_id -> Text, name -> Text, stored -> Nullable<Text>, bytes -> BigInt,
    }
}
diesel::table! {
    village_counts (campaign_id, village) {
        campaign_id -> Text, village -> Text, visits -> BigInt, found -> BigInt,
        new_found -> BigInt, not_found -> BigInt, refused -> BigInt, held -> BigInt,
        zeros -> BigInt,
    }
}
diesel::table! {
    stale_villages (key) { key -> BigInt, campaign_id -> Text, village -> Text, }
}

diesel::allow_tables_to_appear_in_same_query!(
    enterprises,
    changes,
    users,
    sessions,
    session_families
);
diesel::allow_tables_to_appear_in_same_query!(imports, import_records, import_files, duplicates);
diesel::allow_tables_to_appear_in_same_query!(regions, region_geometries);
