// SPDX-License-Identifier: MIT
// SSMA's variables as they are: understood, warned about, refused or passed over.

#include "app/configfixture.h"

#include <QRegularExpression>

using namespace Tidegate;

class TestConfigSsma : public QObject, private ConfigFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void ssmaVariables_data();
    void ssmaVariables();
    void oddSsmaVariablesAreWarnedAbout_data();
    void oddSsmaVariablesAreWarnedAbout();
    void unusableSsmaVariablesAreRefused_data();
    void unusableSsmaVariablesAreRefused();
    void unusedSsmaVariablesAreAcceptedInSilence();
};

void TestConfigSsma::initTestCase()
{
    QVERIFY(isReady());
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void TestConfigSsma::ssmaVariables_data()
{
    QTest::addColumn<Environment>("environment");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QVariant>("value");
    const auto row = [](const char *name, const char *text, const char *key, const QVariant &value) {
        QTest::addRow("%s=%s", name, text)
            << Environment{{QString::fromLatin1(name), QString::fromUtf8(text)}} << QByteArray(key) << value;
    };
    const auto text = [](const char *value) { return QVariant(QString::fromUtf8(value)); };
    row("SSMA_PORT", "6001", "server.listen", QStringList{QStringLiteral("127.0.0.1:6001")});
    row("SSMA_HOST", "0.0.0.0", "server.listen", QStringList{QStringLiteral("0.0.0.0:5050")});
    row("SSMA_HOST", "::1", "server.listen", QStringList{QStringLiteral("[::1]:5050")});
    row("SSMA_PROTOCOL_SUBPROTOCOL", "2.0.0", "ssma.protocol_version", text("2.0.0"));
    row("SSMA_OPTIMISTIC_SUBPROTOCOL", "3.0.0", "ssma.protocol_version", text("3.0.0"));
    row("SSMA_ALLOWED_ORIGINS", "https://a.example, https://b.example", "origins.allowed",
        QStringList{QStringLiteral("https://a.example"), QStringLiteral("https://b.example")});
    row("SSMA_AUTH_JWT_SECRET", "0123456789abcdef0123456789abcdef", "auth.secret",
        text("0123456789abcdef0123456789abcdef"));
    row("SSMA_AUTH_JWT_EXPIRES_IN", "2 hours", "auth.token_ttl", text("2h"));
    row("SSMA_AUTH_COOKIE", "sid", "auth.cookie_name", text("sid"));
    row("SSMA_AUTH_COOKIE_SECURE", "yes", "auth.cookie_secure", true);
    row("SSMA_AUTH_COOKIE_SECURE", "0", "auth.cookie_secure", true);
    row("SSMA_AUTH_COOKIE_SECURE", "false", "auth.cookie_secure", false);
    row("SSMA_USER_STORE", "./data/users.json", "auth.user_import", text("./data/users.json"));
    row("SSMA_RATE_WINDOW_MS", "30000", "http.rate_window", text("30s"));
    row("SSMA_RATE_MAX", "7.9", "http.rate_max", qint64(7));
    row("SSMA_OPTIMISTIC_STORE", "/srv/data/intents.json", "store.path", text("/srv/data/tidegate.sqlite"));
    row("SSMA_OPTIMISTIC_MAX_ENTRIES", "5000", "store.max_entries", qint64(5000));
    row("SSMA_OPTIMISTIC_REPLAY_MS", "60000", "ssma.replay_window", text("1m"));
    row("SSMA_OPTIMISTIC_REWORK_WINDOW_MS", "1000", "ssma.rework_window", text("1s"));
    row("SSMA_OPTIMISTIC_REWORK_MAX", "3", "ssma.rework_max", qint64(3));
    row("SSMA_OPTIMISTIC_CHANNEL_WINDOW_MS", "1e3", "ssma.subscribe_window", text("1s"));
    row("SSMA_OPTIMISTIC_CHANNEL_MAX", "4", "ssma.subscribe_max", qint64(4));
    row("SSMA_OPTIMISTIC_REQUIRE_AUTH_WRITES", "true", "auth.require_auth_writes", true);
    row("SSMA_OPTIMISTIC_REQUIRE_AUTH_WRITES", "1", "auth.require_auth_writes", false);
    row("SSMA_SSE_MAX_QUEUE_BYTES", "8192", "sse.max_queue", text("8KiB"));
    row("SSMA_SSE_DRAIN_TIMEOUT_MS", "1000", "sse.drain_timeout", text("1s"));
    row("SSMA_SSE_RETRY_MS", "1000", "sse.retry", text("1s"));
    row("SSMA_WS_MAX_BUFFERED_BYTES", "8192", "ws.max_buffered", text("8KiB"));
    row("SSMA_WS_SLOW_CONSUMER_CLOSE_MS", "1000", "ws.slow_consumer_grace", text("1s"));
    row("SSMA_BACKEND_URL", "http://127.0.0.1:8000/", "backend.url", text("http://127.0.0.1:8000"));
    row("SSMA_BACKEND_TIMEOUT_MS", "1000", "backend.timeout", text("1s"));
    row("SSMA_BACKEND_INTERNAL_TOKEN", "t", "backend.internal_token", text("t"));
    row("SSMA_LOG_EXPORTER", "file", "log.exporter", text("file"));
    row("SSMA_LOG_FILE", "logs/a.log", "log.file", text("logs/a.log"));
    row("SSMA_LOG_MAX_BATCH", "10", "log.max_batch", qint64(10));
    row("SSMA_MONITOR_BACKLOG_THRESHOLD", "10", "monitor.backlog_threshold", qint64(10));
    row("SSMA_MONITOR_INVALIDATION_BUDGET_MS", "1000", "monitor.invalidation_budget", text("1s"));
    row("SSMA_STATIC_RENDER_ENABLED", "false", "ssma.islands_enabled", false);
    row("SSMA_STATIC_RENDER_ENABLED", "no", "ssma.islands_enabled", true);
    row("SSMA_STATIC_RENDER_DISABLED_ISLANDS", "a, b", "ssma.disabled_islands",
        QStringList{QStringLiteral("a"), QStringLiteral("b")});
    row("SSMA_REFRESH_TTL_MS", "3600000", "auth.refresh_ttl", text("1h"));
    row("SSMA_HMAC_SECRET", "h", "auth.hmac_secret", text("h"));
    row("SSMA_HMAC_TTL_MS", "1000", "auth.hmac_ttl", text("1s"));
    row("SSMA_EXIT_AFTER_START", "true", "server.exit_after_start", true);
    row("SSMA_RATE_MAX", "", "http.rate_max", qint64(120));
    QTest::newRow("protected channels with their role")
        << Environment{{QStringLiteral("SSMA_OPTIMISTIC_PROTECTED_CHANNELS"), QStringLiteral("audit, ops.audit")},
                       {QStringLiteral("SSMA_OPTIMISTIC_PROTECTED_CHANNEL_MIN_ROLE"), QStringLiteral("Staff")}}
        << QByteArray("ssma.channels")
        << QVariant(QVariantMap{{QStringLiteral("audit"), QStringLiteral("staff")},
                                {QStringLiteral("global"), QStringLiteral("guest")},
                                {QStringLiteral("ops.audit"), QStringLiteral("staff")}});
    QTest::newRow("the new protocol name wins over the old one")
        << Environment{{QStringLiteral("SSMA_PROTOCOL_SUBPROTOCOL"), QStringLiteral("4.0.0")},
                       {QStringLiteral("SSMA_OPTIMISTIC_SUBPROTOCOL"), QStringLiteral("3.0.0")}}
        << QByteArray("ssma.protocol_version") << text("4.0.0");
    QTest::newRow("production makes the cookie secure")
        << Environment{{QStringLiteral("NODE_ENV"), QStringLiteral("production")},
                       {QStringLiteral("SSMA_HOST"), QStringLiteral("127.0.0.1")}}
        << QByteArray("auth.cookie_secure") << QVariant(true);
    QTest::newRow("production of something else does not")
        << Environment{{QStringLiteral("NODE_ENV"), QStringLiteral("production")}} << QByteArray("auth.cookie_secure")
        << QVariant(false);
}

void TestConfigSsma::ssmaVariables()
{
    QFETCH(Environment, environment);
    QFETCH(QByteArray, key);
    QFETCH(QVariant, value);
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    QCOMPARE(setting(key.constData()).load(config), value);
}

void TestConfigSsma::oddSsmaVariablesAreWarnedAbout_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("warning");
    const auto row = [](const char *name, const char *text, const char *warning) {
        QTest::addRow("%s=%s", name, text)
            << QString::fromLatin1(name) << QString::fromUtf8(text) << QString::fromUtf8(warning);
    };
    row("SSMA_RATE_MAX", "lots", "environment SSMA_RATE_MAX: \"lots\" is not a number; using 120, as SSMA did");
    row("SSMA_RATE_WINDOW_MS", "10s",
        "environment SSMA_RATE_WINDOW_MS: \"10s\" is not a number; using 1m, as SSMA did");
    row("SSMA_HMAC_TTL_MS", "nan", "environment SSMA_HMAC_TTL_MS: \"nan\" is not a number; using 5m, as SSMA did");
    row("SSMA_RATE_MAX", "1e300", "environment SSMA_RATE_MAX: \"1e300\" is not a number; using 120, as SSMA did");
    row("SSMA_PORT", "5050",
        "environment SSMA_PORT: SSMA listened on all interfaces, Tidegate listens on 127.0.0.1; set "
        "SSMA_HOST=0.0.0.0 to open it");
    row("SSMA_OPTIMISTIC_SUBPROTOCOL", "1.0.0",
        "environment SSMA_OPTIMISTIC_SUBPROTOCOL: is deprecated; use SSMA_PROTOCOL_SUBPROTOCOL");
    row("SSMA_OPTIMISTIC_ADAPTER", "file",
        "environment SSMA_OPTIMISTIC_ADAPTER: there is no file adapter; intents are kept in SQLite");
    row("SSMA_JWT_SECRET", "x",
        "environment SSMA_JWT_SECRET: is not used, neither by SSMA; the key of the sessions is SSMA_AUTH_JWT_SECRET");
    row("SSMA_RATE_MAXX", "1",
        "environment SSMA_RATE_MAXX: SSMA_RATE_MAXX is no variable of SSMA; did you mean \"SSMA_RATE_MAX\"?");
    row("TIDEGATE_HTTP_RATEMAX", "1",
        "environment TIDEGATE_HTTP_RATEMAX: TIDEGATE_HTTP_RATEMAX is no setting of Tidegate; did you mean "
        "\"TIDEGATE_HTTP_RATE_MAX\"?");
    row("SSMA_ALLOWED_ORIGINS", "*",
        "environment SSMA_ALLOWED_ORIGINS: \"*\" lets every web page use its visitors' sessions; name your origins");
}

void TestConfigSsma::oddSsmaVariablesAreWarnedAbout()
{
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, warning);
    QCOMPARE(mustLoad(sourcesOf({}, {{name, text}})).warnings, QStringList{warning});
}

void TestConfigSsma::unusableSsmaVariablesAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *text) {
        QTest::addRow("%s=%s", name, text) << QString::fromLatin1(name) << QString::fromUtf8(text);
    };
    row("SSMA_AUTH_JWT_SECRET", "change-me-in-production");
    row("SSMA_AUTH_JWT_SECRET", "short");
    row("SSMA_AUTH_JWT_EXPIRES_IN", "soon");
    row("SSMA_AUTH_JWT_EXPIRES_IN", "900");
    row("SSMA_PORT", "99999");
    row("SSMA_HOST", "nowhere");
    row("SSMA_OPTIMISTIC_ADAPTER", "redis");
    row("SSMA_OPTIMISTIC_MAX_ENTRIES", "-1");
    row("SSMA_BACKEND_URL", "backend:8000");
}

void TestConfigSsma::unusableSsmaVariablesAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QString, text);
    const QString problem = firstProblem(sourcesOf({}, {{name, text}}));
    QVERIFY2(problem.startsWith(QStringLiteral("environment ") + name + u':'), qPrintable(problem));
}

void TestConfigSsma::unusedSsmaVariablesAreAcceptedInSilence()
{
    Environment environment;
    for (const char *name : {"SSMA_JWT_ISSUER", "SSMA_JWT_AUDIENCE", "SSMA_ACCESS_TTL_MS", "SSMA_BACKEND_EMIT_EVENTS",
                             "SSMA_LOG_BUFFER_SIZE"})
        environment.insert(QString::fromLatin1(name), QStringLiteral("anything"));
    environment.insert(QStringLiteral("SSMA_OPTIMISTIC_ADAPTER"), QStringLiteral("sqlite"));
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    QVERIFY2(config.warnings.isEmpty(), qPrintable(config.warnings.join(u'\n')));
    QVERIFY(config.setBy.isEmpty());
}

QTEST_GUILESS_MAIN(TestConfigSsma)
#include "tst_configssma.moc"
