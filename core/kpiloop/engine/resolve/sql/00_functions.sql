-- Days and amounts as the settings count them.
CREATE OR REPLACE TEMP MACRO local_day(instant) AS
    timezone(getvariable('zone'), timezone('UTC', instant))::DATE;

-- A name as people mean it: capitals and blanks around it, tabs and line ends too, say nothing.
CREATE OR REPLACE TEMP MACRO plain(written) AS
    nullif(lower(trim(written, ' ' || chr(9) || chr(10) || chr(13) || chr(160))), '');

-- So many days later by the local clock, which a change to summer time makes longer or shorter.
CREATE OR REPLACE TEMP MACRO after_local_days(instant, days) AS
    timezone('UTC', timezone(
        getvariable('zone'),
        timezone(getvariable('zone'), timezone('UTC', instant)) + days * INTERVAL 1 DAY
    ));

-- A currency as its standard writes it.
CREATE OR REPLACE TEMP MACRO iso(currency_code) AS upper(plain(currency_code));

-- An amount in the home currency at the rate of its own day; no value where there is no rate, or
-- where the result is no longer an amount.
CREATE OR REPLACE TEMP MACRO to_home(amount, currency_code, on_day) AS
    CASE
        WHEN coalesce(iso(currency_code), getvariable('home')) = getvariable('home') THEN amount
        ELSE TRY_CAST(amount * (
            SELECT arg_max(rates.rate, rates.valid_from)
            FROM rates
            WHERE rates.currency = iso(currency_code) AND rates.valid_from <= on_day
        ) AS DECIMAL(18, 4))
    END;
