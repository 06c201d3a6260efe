-- Synthetic records of a city, made from row numbers alone: see synthetic.py.
-- r(i, salt) is a number in [0, 1) that depends on nothing else, so the same size gives the same city.

CREATE MACRO r(i, salt) AS (hash(i * 1000 + salt) % 1000000) / 1000000.0;
CREATE MACRO pick(i, salt, n) AS CAST(hash(i * 1000 + salt) % n AS BIGINT);
CREATE MACRO one_of(i, salt, choices) AS choices[1 + CAST(hash(i * 1000 + salt) % len(choices) AS INT)];
CREATE MACRO after(d, i, salt, days) AS d + CAST(1 + pick(i, salt, days) AS INT);
CREATE MACRO hour_of(d, i, salt) AS CAST(d AS TIMESTAMP) + to_minutes(480 + pick(i, salt, 540));
CREATE MACRO agency(a) AS 'A' || lpad(CAST(a AS VARCHAR), 4, '0');
CREATE MACRO field_of(a) AS (['market', 'urban', 'ecology', 'emergency', 'fire', 'health', 'transport',
    'housing', 'agriculture', 'water'])[1 + CAST(a % 10 AS INT)];
CREATE MACRO region_of(a) AS '1101' || lpad(CAST(1 + a % 17 AS VARCHAR), 2, '0');
CREATE MACRO day_of(i, n) AS DATE '2021-07-15' + CAST(i * 1440 // n AS INT);

-- table agency: 600 rows
SELECT agency(i) AS agency_id, '示例局' || i AS name,
  one_of(i, 1, ['city', 'district', 'street']) AS tier,
  'organ' AS kind, field_of(i) AS field, region_of(i) AS region_code,
  agency(i % 10) AS parent_agency_id, '专项管理' AS peer_group,
  20 + pick(i, 2, 60) AS officer_post_count, 'active' AS status, DATE '2020-01-01' AS confirmed_on,
  FALSE AS is_vertical
  FROM numbers;

-- table party: n // 4 + 100 rows
SELECT 'Q' || i AS party_id, '示例企业' || i AS name, 'legal' AS kind,
  one_of(i, 1, ['餐饮', '零售', '制造', '建筑', '运输']) AS industry,
  region_of(i) AS region_code, 116 + r(i, 2) AS longitude, 39.6 + r(i, 3) AS latitude,
  one_of(i, 4, ['A', 'B', 'C', 'D']) AS risk_grade,
  CASE WHEN r(i, 5) < 0.1 THEN DATE '2024-01-01' END AS do_not_disturb_from,
  CASE WHEN r(i, 5) < 0.1 THEN DATE '2026-12-31' END AS do_not_disturb_to, '91X' || i AS credit_code
  FROM numbers;

-- table officer: n // 200 + 2400 rows
SELECT 'P' || i AS officer_id, '人员' || i AS name, agency(i % 600) AS agency_id,
  CASE WHEN r(i, 1) < 0.998 THEN 'officer' ELSE 'auxiliary' END AS role,
  'A' AS post, CASE WHEN r(i, 2) < 0.97 THEN 'active' ELSE 'retired' END AS hr_status,
  CASE WHEN r(i, 2) >= 0.97 THEN DATE '2024-06-01' END AS hr_changed_on,
  'S' || (i - CAST(r(i, 7) < 0.001 AS INT)) AS identity_no, 40 + pick(i, 8, 60) AS training_hours,
  r(i, 9) < 0.3 AS has_law_qualification
  FROM numbers;

-- table officer_certificate: n // 200 + 2400 rows
SELECT 'Z' || i AS certificate_no, 'P' || i AS officer_id, agency(i % 600) AS agency_id,
  'national' AS kind, DATE '2021-01-01' AS valid_from,
  CASE WHEN r(i, 3) < 0.995 THEN DATE '2026-12-31' ELSE DATE '2024-12-31' END AS valid_to,
  'valid' AS status, DATE '2020-12-01' AS exam_passed_on, DATE '2020-12-20' AS issued_on
  FROM numbers;

-- table power_item: 6000 rows
SELECT 'CF-' || (i // 600) || '-' || field_of(i % 600) AS power_item_code,
  agency(i % 600) AS agency_id, '事项' || (i // 600) AS name, 'penalty' AS kind,
  field_of(i % 600) AS field, DATE '2020-01-01' AS in_force_from, DATE '2020-01-10' AS published_on,
  '违法' || (i // 600) AS violation,
  CASE WHEN r(i, 1) < 0.02 THEN DATE '2024-01-01' END AS in_force_to
  FROM numbers;

-- table benchmark: 300 rows
SELECT 'B' || i AS benchmark_id,
  'CF-' || (i // 30) || '-' || field_of(i // 3 % 10) AS power_item_code,
  '违法' || (i // 30) AS violation,
  (['较轻', '一般', '较重'])[1 + CAST(i % 3 AS INT)] AS step, '按阶次' AS standard_text,
  'amount' AS fine_basis, 1000 * (1 + 10 * (i % 3)) AS fine_min_yuan,
  1000 * (12 + 10 * (i % 3)) AS fine_max_yuan, TRUE AS is_min_inclusive,
  TRUE AS is_max_inclusive, DATE '2021-01-01' AS in_force_on, 1000 AS statutory_min_yuan,
  50000 AS statutory_max_yuan, '中华人民共和国食品安全法' AS law_name
  FROM numbers;

-- table penalty_case: n rows
WITH plain AS (
  SELECT i, n, pick(i, 1, 600) AS a, day_of(i, n) AS filed_on, r(i, 2) AS kind,
  r(i, 4) AS fault, pick(i, 7, 3) AS step, pick(i, 8, 10) AS item
  FROM numbers
  ), told AS (
  SELECT *, after(filed_on, i, 9, 20) AS investigated_on,
  after(filed_on + 20, i, 10, 15) AS prior_notice_on,
  CASE WHEN fault < 0.99 THEN after(filed_on + 42, i, 11, 40) ELSE filed_on + 130 END AS due
  FROM plain
  ), dated AS (
  SELECT *, filed_on - CAST(pick(i, 13, 30) AS INT) AS discovered,
  CASE WHEN due <= DATE '2025-06-30' AND r(i, 3) < 0.98 THEN due END AS decided_on
  FROM told
  )
  SELECT 'C' || i AS case_id, agency(a) AS agency_id, '示罚〔2025〕' || i || '号' AS case_no,
  '示罚决〔2025〕' || i || '号' AS decision_no, field_of(a) AS field,
  'CF-' || item || '-' || field_of(a) AS power_item_code, '违法' || item AS violation,
  CASE WHEN kind < 0.6 THEN 'ordinary' WHEN kind < 0.95 THEN 'summary' ELSE 'rapid' END AS procedure,
  'Q' || pick(i, 12, n // 4 + 100) AS party_id, '示例企业' AS party_name, 'legal' AS party_kind,
  CASE WHEN r(i, 26) < 0.5 THEN 'inspection' ELSE 'complaint' END AS source_kind,
  'J' || pick(i, 27, 2 * n) AS source_id, filed_on - CAST(pick(i, 13, 400) AS INT) AS act_on,
  filed_on - CAST(pick(i, 13, 400) AS INT) AS act_ended_on,
  discovered AS discovered_on, filed_on, investigated_on,
  CASE WHEN r(i, 14) < 0.99 THEN prior_notice_on END AS prior_notice_on,
  1000 * (2 + 10 * step + pick(i, 15, 9)) AS proposed_fine_yuan,
  step = 2 AS is_hearing_scope, r(i, 16) < 0.98 AS has_hearing_told, step = 2 AS is_major,
  CASE WHEN r(i, 17) < 0.98 THEN decided_on - 2 END AS legal_reviewed_on, 'passed' AS legal_review_result,
  CASE WHEN r(i, 18) < 0.98 THEN decided_on - 1 END AS discussed_on,
  decided_on, CASE WHEN decided_on IS NOT NULL THEN 'penalty' END AS decision_result,
  'fine' AS penalty_kinds,
  CASE WHEN kind BETWEEN 0.6 AND 0.95 AND r(i, 19) < 0.99 THEN 100 * (10 + pick(i, 15, 20))
  ELSE 1000 * (2 + 10 * step + pick(i, 15, 9)) END AS fine_yuan,
  CASE WHEN kind BETWEEN 0.6 AND 0.95 THEN '较轻' ELSE (['较轻', '一般', '较重'])[1 + CAST(step AS INT)] END
    AS discretion_step,
  CASE WHEN r(i, 20) < 0.995 THEN after(decided_on, i, 21, 7) ELSE decided_on + 20 END AS served_on,
  'direct' AS service_method,
  CASE WHEN r(i, 22) < 0.995 THEN after(decided_on, i, 23, 7) END AS disclosed_on,
  CASE WHEN r(i, 24) < 0.98 THEN decided_on + 20 END AS closed_on,
  CASE WHEN r(i, 28) < 0.9 THEN filed_on + 10 END AS corrected_on,
  hour_of(filed_on + 1, i, 25) AS recorded_at,
  '经查，当事人于' || strftime(discovered, '%Y年%m月%d日') || '在示例路' || pick(i, 30, 5000) || '号从事违法'
    || item || '的行为，涉案数量' || pick(i, 31, 100000) || '件，以上事实有现场笔录、询问笔录为证。' AS fact,
  '示例路' || pick(i, 30, 5000) || '号' AS act_place,
  CASE WHEN r(i, 32) < 0.995 THEN region_of(a) ELSE '110101' END AS act_region_code,
  '《' || one_of(i, 33, ['中华人民共和国食品安全法', '中华人民共和国药品管理法', '中华人民共和国消防法',
    '中华人民共和国环境保护法']) || '》第' || one_of(i, 34, ['六十', '九十九', '一百二十四']) || '条第一款' AS legal_basis,
  CASE WHEN r(i, 35) < 0.1 THEN '从轻' WHEN r(i, 35) < 0.13 THEN '从重' ELSE '一般' END AS discretion_factor,
  CASE WHEN r(i, 35) < 0.1 THEN '主动消除违法后果' END AS mitigation_reason,
  '91X' || pick(i, 12, n // 4 + 100) AS party_credit_code,
  CASE WHEN r(i, 36) < 0.03 THEN '110101' || (1990 + pick(i, 37, 15)) || '0101001X' END AS party_identity_no,
  1000 * pick(i, 38, 80) AS value_yuan,
  CASE WHEN r(i, 28) < 0.99 THEN filed_on + 2 END AS correction_ordered_on,
  CASE WHEN r(i, 39) < 0.98 THEN after(decided_on, i, 40, 15) END AS complied_on,
  CASE WHEN r(i, 39) < 0.98 AND decided_on IS NOT NULL THEN 1000 * (2 + 10 * step + pick(i, 15, 9)) END AS paid_yuan,
  CASE WHEN r(i, 24) < 0.98 THEN decided_on + 28 END AS archived_on,
  CASE WHEN step = 2 AND r(i, 41) < 0.05 THEN prior_notice_on + 2 END AS hearing_requested_on,
  CASE WHEN step = 2 AND r(i, 41) < 0.048 THEN prior_notice_on + 5 END AS hearing_notified_on,
  CASE WHEN step = 2 AND r(i, 41) < 0.048 THEN prior_notice_on + 18 + CAST(pick(i, 42, 5) AS INT) END AS hearing_held_on,
  CASE WHEN r(i, 43) < 0.01 THEN decided_on + 5 END AS announced_on,
  CASE WHEN r(i, 44) < 0.02 THEN 30 END AS extended_days,
  CASE WHEN r(i, 44) < 0.019 THEN filed_on + 80 END AS extension_approved_on,
  CASE WHEN r(i, 45) < 0.02 THEN 1000 * pick(i, 46, 20) END AS confiscated_gains_yuan
  FROM dated;

-- table case_suspension: n // 30 rows
SELECT 'penalty_case' AS act_kind, 'C' || (i * 30) AS act_id, 'appraisal' AS kind,
  day_of(i * 30, n) + 25 AS started_on, day_of(i * 30, n) + 25 + CAST(5 + pick(i, 1, 30) AS INT) AS ended_on,
  TRUE AS is_notified
  FROM numbers;

-- table case_evidence: n rows
SELECT 'C' || i AS case_id, 'E1' AS evidence_no, agency(pick(i, 1, 600)) AS agency_id,
  one_of(i, 2, ['documentary', 'physical', 'audiovisual']) AS kind,
  day_of(i, n) + CAST(pick(i, 3, 10) AS INT) AS made_on,
  day_of(i, n) + CAST(pick(i, 3, 20) + CASE WHEN r(i, 4) < 0.01 THEN 160 ELSE 0 END AS INT) AS uploaded_on,
  CASE WHEN r(i, 5) < 0.05 THEN day_of(i, n) + 3 END AS registered_on,
  CASE WHEN r(i, 5) < 0.048 THEN day_of(i, n) + 8 END AS disposed_on,
  one_of(i, 7, ['现场照片', '询问笔录', '检测报告', '营业执照复印件']) AS name
  FROM numbers;

-- table case_step: 5 * n rows
SELECT 'C' || (i // 5) AS case_id, 1 + i % 5 AS step_no, agency(pick(i // 5, 1, 600)) AS agency_id,
  (['filing', 'investigation', 'prior_notice', 'decision', 'service'])[1 + CAST(i % 5 AS INT)] AS step,
  (['立案', '调查取证', '事先告知', '处罚决定', '送达'])[1 + CAST(i % 5 AS INT)] AS activity,
  hour_of(day_of(i // 5, n) + CAST(i % 5 * 12 + pick(i, 2, 10) AS INT), i, 3) AS occurred_at
  FROM numbers;

-- table case_document: 2 * n rows
SELECT 'D' || i AS document_id, 'penalty_case' AS act_kind, 'C' || (i // 2) AS act_id,
  agency(pick(i // 2, 1, 600)) AS agency_id,
  (['prior_notice', 'decision'])[1 + CAST(i % 2 AS INT)] AS kind, '示罚〔2025〕' || i || '号' AS document_no,
  day_of(i // 2, n) + CAST(20 + i % 2 * 30 + pick(i, 2, 20) AS INT) AS issued_on,
  day_of(i // 2, n) + CAST(22 + i % 2 * 30 + pick(i, 2, 20) AS INT) AS served_on,
  r(i, 3) < 0.99 AS has_stamp, CASE WHEN r(i, 4) < 0.01 THEN '救济途径' END AS missing_items
  FROM numbers;

-- table act_officer: 2 * n rows
SELECT 'penalty_case' AS act_kind, 'C' || (i // 2) AS act_id,
  'P' || (pick(i // 2, 1, 600) + 600 * (i % 2 + 2 * pick(i, 6, (n // 200 + 2400) // 1200)))
  AS officer_id,
  agency(pick(i // 2, 1, 600)) AS agency_id,
  CASE WHEN i % 2 = 0 THEN 'lead' ELSE 'second' END AS role, day_of(i // 2, n) + 3 AS acted_on
  FROM numbers;

-- table coercion: n // 10 rows
SELECT 'K' || i AS coercion_id, agency(pick(i * 10, 1, 600)) AS agency_id, 'C' || (i * 10) AS case_id,
  one_of(i, 2, ['seal', 'seize']) AS measure, r(i, 3) < 0.1 AS is_urgent,
  hour_of(day_of(i * 10, n), i, 4) AS applied_at,
  CASE WHEN r(i, 5) < 0.98 THEN hour_of(day_of(i * 10, n), i, 4) - INTERVAL 1 HOUR END AS approved_at,
  CASE WHEN r(i, 6) < 0.05 THEN 30 END AS extended_days,
  CASE WHEN r(i, 7) < 0.97 THEN day_of(i * 10, n) + CAST(5 + pick(i, 8, 24) AS INT) END AS released_on,
  day_of(i * 10, n) + 30 AS expires_on, day_of(i * 10, n) AS document_delivered_on, r(i, 9) < 0.98 AS has_inventory,
  r(i, 10) < 0.97 AS has_av_record, 1000 * pick(i, 11, 50) AS amount_yuan,
  CASE WHEN r(i, 6) < 0.05 THEN day_of(i * 10, n) + 28 END AS extension_approved_on,
  CASE WHEN r(i, 6) < 0.048 THEN day_of(i * 10, n) + 28 END AS extension_informed_on,
  CASE WHEN r(i, 12) < 0.1 THEN day_of(i * 10, n) + 60 END AS demanded_on,
  CASE WHEN r(i, 12) < 0.095 THEN day_of(i * 10, n) + 75 END AS execution_decided_on,
  CASE WHEN r(i, 12) < 0.03 THEN day_of(i * 10, n) + 200 END AS remedy_expired_on,
  CASE WHEN r(i, 12) < 0.028 THEN day_of(i * 10, n) + 210 END AS court_applied_on
  FROM numbers;

-- table inspection: 2 * n rows
SELECT 'J' || i AS inspection_id, agency(pick(i, 1, 600)) AS agency_id,
  'Q' || pick(i, 2, n // 4 + 100) AS party_id, '示例企业' AS party_name, region_of(i) AS region_code,
  116 + r(i, 3) AS longitude, 39.6 + r(i, 4) AS latitude, 'JC-' || pick(i, 5, 20) AS power_item_code,
  'routine' AS kind, 'annual_plan' AS basis_kind, 'on_site' AS mode, 'PL' || pick(i, 1, 600) AS plan_id,
  CASE WHEN r(i, 6) < 0.05 THEN 'L' || pick(i, 7, n // 10 + 1) END AS joint_id,
  r(i, 8) < 0.02 AS is_urgent, r(i, 9) < 0.05 AS is_recheck,
  hour_of(day_of(i, 2 * n), i, 10) - INTERVAL 1 DAY AS approved_at,
  CASE WHEN r(i, 11) < 0.95 THEN hour_of(day_of(i, 2 * n), i, 10) END AS scanned_at,
  hour_of(day_of(i, 2 * n), i, 10) AS started_at, hour_of(day_of(i, 2 * n), i, 10) + INTERVAL 1 HOUR AS ended_at,
  CASE WHEN r(i, 12) < 0.15 THEN 'fail' ELSE 'pass' END AS result,
  CASE WHEN r(i, 12) < 0.15 THEN 1 ELSE 0 END AS problem_count,
  CASE WHEN r(i, 12) < 0.15 THEN day_of(i, 2 * n) END AS correction_ordered_on,
  CASE WHEN r(i, 12) < 0.15 THEN day_of(i, 2 * n) + 15 END AS correction_due_on,
  CASE WHEN r(i, 12) < 0.14 THEN day_of(i, 2 * n) + 14 END AS rechecked_on,
  CASE WHEN r(i, 13) < 0.995 THEN day_of(i, 2 * n) END AS informed_on, '示例路' || pick(i, 14, 5000) || '号' AS address,
  CASE WHEN r(i, 12) < 0.15 THEN '现场存在问题' || pick(i, 15, 50) END AS problem_text, r(i, 16) < 0.01 AS is_serious
  FROM numbers;

-- table inspection_plan: 3000 rows
SELECT 'PL' || i AS plan_id, agency(i % 600) AS agency_id, 2021 + i // 600 AS plan_year, '年度检查计划' AS name,
  'JC-' || pick(i, 1, 20) AS power_item_code, '重点企业' AS object_scope,
  CASE WHEN r(i, 2) < 0.97 THEN make_date(2021 + i // 600, 1, 20) END AS published_on
  FROM numbers;

-- table rating: n // 5 rows
SELECT 'R' || i AS rating_id, 'J' || (i * 10) AS inspection_id, agency(pick(i * 10, 1, 600)) AS agency_id,
  hour_of(day_of(i * 10, 2 * n) + 1, i, 1) AS rated_at, CASE WHEN r(i, 2) < 0.03 THEN 1 ELSE 5 END AS score
  FROM numbers;

-- table complaint: 2 * n rows
SELECT 'T' || i AS complaint_id, agency(pick(i, 1, 600)) AS agency_id, region_of(i) AS region_code,
  hour_of(day_of(i, 2 * n), i, 2) AS received_at, hour_of(day_of(i, 2 * n), i, 2) AS dispatched_at,
  hour_of(day_of(i, 2 * n) + 7, i, 2) AS due_at,
  CASE WHEN r(i, 3) < 0.99 THEN hour_of(day_of(i, 2 * n) + 3, i, 4) END AS replied_at,
  one_of(i, 5, ['噪声', '占道', '油烟', '违建', '消费']) AS category, '投诉' AS subcategory,
  'D' || pick(i, 6, n // 5 + 100) AS place_key, 116 + r(i, 7) AS longitude, 39.6 + r(i, 8) AS latitude,
  'Q' || pick(i, 9, n // 4 + 100) AS party_id, sha256(CAST(pick(i, 10, n) AS VARCHAR)) AS reporter_hash,
  r(i, 11) < 0.97 AS is_responded, r(i, 12) < 0.997 AS is_resolved, r(i, 13) < 0.9 AS is_satisfied,
  CASE WHEN r(i, 14) < 0.8 THEN 'resolved' ELSE 'explained' END AS feedback_result,
  '示例路' || pick(i, 6, 5000) || '号' AS address, '反映' || one_of(i, 5, ['噪声', '占道', '油烟', '违建', '消费']) AS title,
  '市民来电反映示例路' || pick(i, 6, 5000) || '号存在' || one_of(i, 5, ['噪声', '占道', '油烟', '违建', '消费'])
    || CASE WHEN r(i, 15) < 0.01 THEN '问题，执法人员态度粗暴、推搡' ELSE '问题，希望有关部门尽快处理' END AS text,
  '已到现场查看，情况' || pick(i, 16, 1000) || '，已告知市民。' AS reply_text, r(i, 17) < 0.02 AS is_duplicate
  FROM numbers;

-- table permit: n // 2 rows
SELECT 'X' || i AS permit_id, agency(pick(i, 1, 600)) AS agency_id, 'XK-' || pick(i, 2, 50) AS power_item_code,
  'Q' || pick(i, 3, n // 4 + 100) AS party_id, day_of(i, n // 2) AS submitted_on,
  day_of(i, n // 2) + 2 AS accepted_on, 'single' AS mode,
  CASE WHEN r(i, 4) < 0.97 THEN day_of(i, n // 2) + CAST(4 + pick(i, 5, 22) AS INT) ELSE day_of(i, n // 2) + 60 END
  AS decided_on, CASE WHEN r(i, 6) < 0.02 THEN 'refused' ELSE 'granted' END AS decision,
  CASE WHEN r(i, 6) < 0.019 THEN '不符合条件' END AS refusal_reason, 15 AS promised_days,
  CASE WHEN r(i, 7) < 0.98 THEN day_of(i, n // 2) + CAST(8 + pick(i, 5, 22) AS INT) ELSE day_of(i, n // 2) + 80 END AS issued_on,
  day_of(i, n // 2) + 1095 AS valid_to,
  CASE WHEN day_of(i, n // 2) + 1095 > DATE '2025-06-30' OR r(i, 9) < 0.02 THEN 'valid' ELSE 'deregistered' END AS status, '许可' || pick(i, 2, 50) AS name,
  CASE WHEN r(i, 8) < 0.02 THEN 10 END AS extended_days,
  CASE WHEN r(i, 8) < 0.02 THEN day_of(i, n // 2) + 18 END AS extension_approved_on,
  CASE WHEN r(i, 8) < 0.019 THEN day_of(i, n // 2) + 18 END AS extension_informed_on,
  '91X' || pick(i, 3, n // 4 + 100) AS party_credit_code, '示例企业' AS party_name
  FROM numbers;

-- table referral: n // 500 rows
SELECT 'Y' || i AS referral_id, agency(pick(i, 1, 600)) AS agency_id, 'C' || (i * 500) AS case_id,
  'forward' AS direction, day_of(i, n // 500) AS reported_on,
  day_of(i, n // 500) + CAST(1 + pick(i, 2, 5) AS INT) AS approved_on, TRUE AS is_approved,
  hour_of(day_of(i, n // 500) + CAST(5 + pick(i, 3, 3) AS INT), i, 4) AS sent_at,
  day_of(i, n // 500) + 9 AS received_on, one_of(i, 5, ['filed', 'not_filed', 'returned']) AS police_result,
  CASE WHEN r(i, 6) < 0.9 THEN day_of(i, n // 500) + 40 END AS handled_on
  FROM numbers;

-- table remedy: n // 200 rows
SELECT 'F' || i AS remedy_id, 'reconsideration' AS kind, agency(pick(i, 1, 600)) AS agency_id,
  'C' || (i * 200) AS case_id, 'penalty_case' AS act_kind, day_of(i, n // 200) AS copy_received_on,
  day_of(i, n // 200) + CAST(3 + pick(i, 2, 9) AS INT) AS replied_on,
  one_of(i, 3, ['upheld', 'upheld', 'upheld', 'withdrawn', 'revoked']) AS outcome, 'ordinary' AS mode,
  day_of(i, n // 200) + 60 AS effective_on, one_of(i, 4, ['procedure_irregular', 'law_misapplied']) AS fault,
  CASE WHEN r(i, 5) < 0.9 THEN day_of(i, n // 200) + 80 END AS performed_on
  FROM numbers;

-- table offsite_record: n // 2 rows
SELECT 'V' || i AS record_id, agency(pick(i, 1, 600)) AS agency_id, 'M' || pick(i, 2, 3000) AS device_id,
  hour_of(day_of(i, n // 2), i, 3) AS captured_at, '违停' AS violation,
  CASE WHEN pick(i, 2, 3000) % 50 > 0 THEN DATE '2021-01-01' END AS device_legal_reviewed_on,
  CASE WHEN pick(i, 2, 3000) % 50 > 0 THEN DATE '2021-01-01' END AS device_technical_reviewed_on,
  DATE '2021-01-01' AS device_place_published_on, DATE '2026-01-01' AS device_calibrated_to,
  'Q' || pick(i, 5, n // 4 + 100) AS party_id, '示例路口' || pick(i, 2, 3000) AS place,
  hour_of(day_of(i, n // 2) + 1, i, 6) AS reviewed_at,
  CASE WHEN r(i, 7) < 0.98 THEN hour_of(day_of(i, n // 2) + 3, i, 8) END AS notified_at
  FROM numbers;

-- table supervision_document: 3000 rows
SELECT 'WS' || i AS document_id, one_of(i, 1, ['urging_letter', 'supervision_opinion', 'supervision_decision']) AS kind,
  '示监〔2025〕' || i || '号' AS document_no, agency(pick(i, 2, 600)) AS agency_id,
  DATE '2024-01-01' + CAST(pick(i, 3, 500) AS INT) AS issued_on, DATE '2024-01-02' + CAST(pick(i, 3, 500) AS INT) AS served_on,
  DATE '2024-02-01' + CAST(pick(i, 3, 500) AS INT) AS due_on,
  CASE WHEN r(i, 4) < 0.95 THEN DATE '2024-01-25' + CAST(pick(i, 3, 500) AS INT) END AS reported_on,
  CASE WHEN r(i, 4) < 0.94 THEN DATE '2024-01-24' + CAST(pick(i, 3, 500) AS INT) END AS rectified_on,
  CASE WHEN r(i, 4) < 0.9 THEN DATE '2024-02-05' + CAST(pick(i, 3, 500) AS INT) END AS closed_on
  FROM numbers;

-- table alert: 2000 rows
SELECT 'YJ' || i AS alert_id, agency(pick(i, 1, 600)) AS agency_id, 'PT-01' AS monitor_code, 'red' AS level,
  'C' || i AS unit_id, DATE '2025-05-01' + CAST(pick(i, 2, 40) AS INT) AS raised_on,
  CASE WHEN r(i, 3) < 0.5 THEN one_of(i, 4, ['confirmed', 'confirmed', 'unfounded']) END AS verdict,
  DATE '2025-05-02' + CAST(pick(i, 2, 40) AS INT) AS signed_on,
  CASE WHEN r(i, 3) < 0.5 THEN DATE '2025-05-06' + CAST(pick(i, 2, 40) AS INT) END AS verified_on,
  CASE WHEN r(i, 3) < 0.5 THEN DATE '2025-05-08' + CAST(pick(i, 2, 40) AS INT) END AS closed_on
  FROM numbers;
