// SPDX-License-Identifier: MIT
#include "app/configloader.h"
#include "app/configprinter.h"
#include "app/configsuggest.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

namespace {

using Environment = QMap<QString, QString>;

const Setting &setting(const char *key)
{
    return *findSetting(key);
}

} // namespace

class TestConfigLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void noSourcesGiveTheDefaults();
    void everySettingCanBeSetInEachLayer_data();
    void everySettingCanBeSetInEachLayer();
    void laterLayersWin();
    void ownVariablesWinOverThoseOfSsma();
    void tablesAddToTheBuiltInEntries();
    void channelRulesReadBackAsWritten();
    void badTomlIsRefusedWithItsLine_data();
    void badTomlIsRefusedWithItsLine();
    void allProblemsAreListedInFileOrder();
    void badVariablesAndFlagsAreRefused_data();
    void badVariablesAndFlagsAreRefused();
    void ssmaVariables_data();
    void ssmaVariables();
    void oddSsmaVariablesAreWarnedAbout_data();
    void oddSsmaVariablesAreWarnedAbout();
    void unusableSsmaVariablesAreRefused_data();
    void unusableSsmaVariablesAreRefused();
    void unusedSsmaVariablesAreAcceptedInSilence();
    void dotEnvIsBelowTheEnvironment();
    void dotEnvSyntax_data();
    void dotEnvSyntax();
    void cookieIsSecureWhereverHttpsIs();
    void sampleIslandsComeWithDevMode();
    void pathsFollowTheDataFolder();
    void withoutAHomeTheDataFolderMustBeNamed();
    void printedConfigurationReadsBackTheSame();
    void secretsAreNeverPrinted();
    void exampleFileIsUpToDateAndValid();
    void reloadTellsWhatNeedsARestart();
    void suggestions_data();
    void suggestions();
    void hostileTomlEndsInAProblem_data();
    void hostileTomlEndsInAProblem();

private:
    QString write(const QString &name, const QByteArray &content);
    ConfigSources sourcesOf(const QByteArray &toml, const Environment &environment = {});
    GatewayConfig mustLoad(const ConfigSources &sources);
    QString firstProblem(const ConfigSources &sources);

    QTemporaryDir m_folder;
};

void TestConfigLoader::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

QString TestConfigLoader::write(const QString &name, const QByteArray &content)
{
    const QString path = m_folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
    return path;
}

ConfigSources TestConfigLoader::sourcesOf(const QByteArray &toml, const Environment &environment)
{
    ConfigSources sources;
    if (!toml.isEmpty())
        sources.tomlPath = write(QStringLiteral("t.toml"), toml);
    sources.environment = environment;
    sources.environment.insert(QStringLiteral("HOME"), QStringLiteral("/home/someone"));
    return sources;
}

GatewayConfig TestConfigLoader::mustLoad(const ConfigSources &sources)
{
    const auto config = loadConfig(sources);
    if (!config) {
        for (const ConfigProblem &problem : config.error())
            QTest::qFail(qPrintable(problem.toString()), __FILE__, __LINE__);
        return {};
    }
    return *config;
}

QString TestConfigLoader::firstProblem(const ConfigSources &sources)
{
    const auto config = loadConfig(sources);
    return config ? QString() : config.error().front().toString().remove(m_folder.path() + u'/');
}

void TestConfigLoader::noSourcesGiveTheDefaults()
{
    const GatewayConfig config = mustLoad(sourcesOf({}));
    QCOMPARE(config.server.listen.size(), 1U);
    QVERIFY(config.server.listen.front().host.isLoopback());
    QCOMPARE(config.server.listen.front().port, quint16(5050));
    QCOMPARE(config.ssma.channels.at("ops.audit").access, Role::Staff);
    QCOMPARE(config.ssma.islands.value("product-reviews"), Role::User);
    QVERIFY(config.origins.allowed.isEmpty());
    QVERIFY(config.auth.secret.isEmpty());
    QVERIFY(config.setBy.isEmpty());
    QVERIFY(config.warnings.isEmpty());
}

void TestConfigLoader::everySettingCanBeSetInEachLayer_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("toml");
    const auto sample = [](const Setting &s) -> std::pair<QString, QByteArray> {
        switch (s.shape) {
        case ValueShape::Boolean: {
            const bool flipped = !s.load(GatewayConfig{}).toBool();
            return {flipped ? QStringLiteral("true") : QStringLiteral("false"), flipped ? "true" : "false"};
        }
        case ValueShape::Integer:
            return {QStringLiteral("17"), "17"};
        case ValueShape::Quantity:
            return {QStringLiteral("7168"), "7168"};
        default:
            return {};
        }
    };
    const QMap<QByteArray, std::pair<QString, QByteArray>> special{
        {"server.listen", {QStringLiteral("[::1]:1,*:2"), "['[::1]:1', '*:2']"}},
        {"server.public_url", {QStringLiteral("https://a.example"), "'https://a.example'"}},
        {"server.trusted_proxies", {QStringLiteral("10.0.0.0/8, ::1"), "['10.0.0.0/8', '::1']"}},
        {"origins.allowed", {QStringLiteral("https://a.example"), "['https://a.example']"}},
        {"auth.secret", {QString(40, u'k'), QByteArray("'") + QByteArray(40, 'k') + "'"}},
        {"auth.cookie_name", {QStringLiteral("sid"), "'sid'"}},
        {"ssma.protocol_version", {QStringLiteral("2.1.0"), "'2.1.0'"}},
        {"ssma.snapshot_scope", {QStringLiteral("role"), "'role'"}},
        {"ssma.island_overflow", {QStringLiteral("conflate"), "'conflate'"}},
        {"ssma.channels",
         {QStringLiteral("a.b=user:payload:snapshots=site"),
          "{'a.b' = {access='user', filter='payload', snapshots='site'}}"}},
        {"ssma.islands", {QStringLiteral("i=admin"), "{i = 'admin'}"}},
        {"ssma.disabled_islands", {QStringLiteral("x,y"), "['x', 'y']"}},
        {"cluster.name", {QStringLiteral("shop-1"), "'shop-1'"}},
        {"store.kind", {QStringLiteral("memory"), "'memory'"}},
        {"mesh.listen", {QStringLiteral("[::1]:1,*:2"), "['[::1]:1', '*:2']"}},
        {"mesh.plain_listen", {QStringLiteral("*:2"), "['*:2']"}},
        {"mesh.allowed_origins", {QStringLiteral("https://a.example"), "['https://a.example']"}},
        {"mesh.version_bytes", {QStringLiteral("6d,42"), "['6d', '42']"}},
        {"mesh.keys", {QStringLiteral("a=b,c=d"), "'a=b,c=d'"}},
        {"mesh.public_keys", {QStringLiteral("k=/k.pem"), "{k = '/k.pem'}"}},
        {"mesh.overflow", {QStringLiteral("drop-newest"), "'drop-newest'"}},
        {"mesh.bridge_out", {QStringLiteral("ssma.a.>"), "['ssma.a.>']"}},
        {"mesh.bridge_in", {QStringLiteral("a.*=site/channel"), "{'a.*' = 'site/channel'}"}},
        {"backend.url", {QStringLiteral("http://127.0.0.1:1/b"), "'http://127.0.0.1:1/b'"}},
        {"log.exporter", {QStringLiteral("file"), "'file'"}},
        {"admin.view_role", {QStringLiteral("user"), "'user'"}},
        {"admin.operate_role", {QStringLiteral("staff"), "'staff'"}},
        {"admin.admin_role", {QStringLiteral("system"), "'system'"}},
        {"sharedata.tokens", {QStringLiteral("k3=ann:editor"), "{k3 = 'ann:editor'}"}},
        {"sharedata.issuers", {QStringLiteral("i=/k.pem"), "{i = '/k.pem'}"}},
        {"sharedata.auth_url", {QStringLiteral("http://127.0.0.1:1/a"), "'http://127.0.0.1:1/a'"}},
        {"sharedata.access_url", {QStringLiteral("http://127.0.0.1:1/b"), "'http://127.0.0.1:1/b'"}},
        {"sharedata.subscribe_rules", {QStringLiteral("deny document=a*, allow"), "['deny document=a*', 'allow']"}},
        {"sharedata.propose_rules", {QStringLiteral("allow claim.role=x"), "['allow claim.role=x']"}},
        {"sharedata.functions",
         {QStringLiteral("inc=counter-increment=n,ask=http=http://127.0.0.1:1/f"),
          "{inc = 'counter-increment=n', ask = 'http=http://127.0.0.1:1/f'}"}},
        {"sharedata.documents", {QStringLiteral("notes/*=append"), "{'notes/*' = {functions = 'append'}}"}},
        {"sharedata.overflow", {QStringLiteral("conflate"), "'conflate'"}},
        {"sharedata.max_total", {QStringLiteral("8MiB"), "'8MiB'"}},
    };
    for (const Setting &s : settings()) {
        auto [text, toml] = special.value(s.key, sample(s));
        if (text.isEmpty())
            std::tie(text, toml) = std::pair(QStringLiteral("/some/path"), QByteArray("'/some/path'"));
        QTest::newRow(s.key.constData()) << s.key << text << toml;
    }
}

void TestConfigLoader::everySettingCanBeSetInEachLayer()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, text);
    QFETCH(QByteArray, toml);
    const Setting &s = setting(key.constData());
    // Either half of a TLS pair alone is refused, and mesh without a key.
    const QByteArray partner = key == "tls.cert_file"  ? QByteArray("key_file = 'k'\n")
                               : key == "tls.key_file" ? QByteArray("cert_file = 'c'\n")
                               : key == "mesh.enabled" ? QByteArray("secret = 's'\n")
                               : key == "cluster.name" ? QByteArray("nats_url = 'nats://h'\n")
                                                       : QByteArray();
    QByteArray head = '[' + s.section() + "]\n" + partner;
    if (key == "cluster.name") {
#ifdef TIDEGATE_WITH_POSTGRES
        head.prepend("[store]\nkind = 'postgres'\npostgres_url = 'postgresql://h/d'\n");
#else
        QSKIP("built without PostgreSQL");
#endif
    }
    const GatewayConfig fromToml = mustLoad(sourcesOf(head + s.name() + " = " + toml));
    QVERIFY(s.load(fromToml) != s.load(mustLoad(sourcesOf({}))));
    QVERIFY(fromToml.setBy.value(key).endsWith(QStringLiteral("t.toml:%1").arg(head.count('\n') + 1)));
    const GatewayConfig fromEnvironment = mustLoad(sourcesOf(head, {{s.environmentName(), text}}));
    QCOMPARE(s.load(fromEnvironment), s.load(fromToml));
    QCOMPARE(fromEnvironment.setBy.value(key), QStringLiteral("environment ") + s.environmentName());

    ConfigSources sources = sourcesOf(head);
    sources.flags.insert(key, text);
    const GatewayConfig fromFlag = mustLoad(sources);
    QCOMPARE(s.load(fromFlag), s.load(fromToml));
    QCOMPARE(fromFlag.setBy.value(key), QStringLiteral("flag ") + s.flag());
}

void TestConfigLoader::laterLayersWin()
{
    const QByteArray toml = "[http]\nrate_max = 1\nbody_limit = '2KiB'\n[ws]\nmax_message = '3KiB'\n";
    ConfigSources sources = sourcesOf(toml, {{QStringLiteral("TIDEGATE_HTTP_RATE_MAX"), QStringLiteral("2")},
                                             {QStringLiteral("TIDEGATE_HTTP_BODY_LIMIT"), QStringLiteral("4096")}});
    sources.flags.insert("http.rate_max", QStringLiteral("3"));
    const GatewayConfig config = mustLoad(sources);
    QCOMPARE(config.http.rateMax, 3);
    QCOMPARE(config.http.bodyLimitBytes, 4096);
    QCOMPARE(config.ws.maxMessageBytes, 3072);
    QCOMPARE(config.setBy.value("http.rate_max"), QStringLiteral("flag --http-rate-max"));
    QCOMPARE(config.setBy.value("http.body_limit"), QStringLiteral("environment TIDEGATE_HTTP_BODY_LIMIT"));
    QVERIFY(config.setBy.value("ws.max_message").endsWith(QStringLiteral("t.toml:5")));
    QVERIFY(!config.setBy.contains("ws.ping_interval"));
}

void TestConfigLoader::ownVariablesWinOverThoseOfSsma()
{
    const GatewayConfig config = mustLoad(
        sourcesOf("[http]\nrate_max = 1\n", {{QStringLiteral("SSMA_RATE_MAX"), QStringLiteral("2")},
                                             {QStringLiteral("TIDEGATE_HTTP_RATE_MAX"), QStringLiteral("3")}}));
    QCOMPARE(config.http.rateMax, 3);
}

void TestConfigLoader::tablesAddToTheBuiltInEntries()
{
    const GatewayConfig config =
        mustLoad(sourcesOf("[ssma.channels]\nglobal = 'user'\ntodos = { access = 'staff', filter = 'payload' }\n"));
    QCOMPARE(config.ssma.channels.size(), 3U);
    QCOMPARE(config.ssma.channels.at("global").access, Role::User);
    QCOMPARE(config.ssma.channels.at("ops.audit").access, Role::Staff);
    const ChannelRule todos{Role::Staff, ChannelFilter::Payload};
    QCOMPARE(config.ssma.channels.at("todos"), todos);
}

void TestConfigLoader::channelRulesReadBackAsWritten()
{
    const GatewayConfig config =
        mustLoad(sourcesOf("[ssma.channels]\na = 'guest'\nb = 'user:payload'\nc = 'user:snapshots=role'\n"
                           "d = { access = 'staff', snapshots = 'subject' }\ne = 'guest:drop-oldest'\n"
                           "f = { access = 'guest', filter = 'payload', overflow = 'conflate=symbol' }\n"));
    QVERIFY(!config.ssma.channels.at("b").snapshots);
    QCOMPARE(config.ssma.channels.at("c").snapshots, SnapshotSharing::Role);
    QCOMPARE(config.ssma.channels.at("d").snapshots, SnapshotSharing::Subject);
    QCOMPARE(config.ssma.channels.at("e").overflow, LagPolicy::DropOldest);
    QCOMPARE(config.ssma.channels.at("f").overflow, LagPolicy::Conflate);
    QCOMPARE(config.ssma.channels.at("f").conflateBy, QByteArray("symbol"));
    const Setting &channels = setting("ssma.channels");
    GatewayConfig again;
    QVERIFY(channels.store(again, channels.load(config)));
    QCOMPARE(again.ssma.channels, config.ssma.channels);
    for (const char *bad : {"'user:payload:snapshots=nobody'", "'user:nothing'", "'user:payload:snapshots=role:x'",
                            "'user:conflate='", "{ snapshots = 'role' }"})
        QVERIFY2(!loadConfig(sourcesOf(QByteArray("[ssma.channels]\na = ") + bad)), bad);
}

void TestConfigLoader::badTomlIsRefusedWithItsLine_data()
{
    QTest::addColumn<QByteArray>("toml");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const char *toml, const char *problem) {
        QTest::newRow(name) << QByteArray(toml) << QString::fromUtf8(problem);
    };
    row("a misspelt key", "[server]\n\nio_thread = 2\n",
        "t.toml:3: server.io_thread: unknown setting; did you mean \"server.io_threads\"?");
    row("a key in camel case", "[server]\nioThreads = 2\n",
        "t.toml:2: server.ioThreads: unknown setting; did you mean \"server.io_threads\"?");
    row("a key of another section", "[ws]\nrate_max = 2\n",
        "t.toml:2: ws.rate_max: unknown setting; did you mean \"http.rate_max\"?");
    row("a key like nothing", "[ws]\nqwertyuiop = 2\n", "t.toml:2: ws.qwertyuiop: unknown setting");
    row("a misspelt section", "[sever]\nlisten = []\n", "t.toml:1: sever: unknown section; did you mean \"server\"?");
    row("a key without its section", "listen = ['*:1']\n",
        "t.toml:1: listen: unknown setting; did you mean \"server.listen\"?");
    row("a section that is a value", "http = 3\n", "t.toml:1: http: expected a section [http]");
    row("text for a number", "[http]\nrate_max = 'many'\n",
        "t.toml:2: http.rate_max: expected a whole number from 0 to 100000000; got \"many\"");
    row("a number out of bounds", "[server]\nio_threads = 257\n",
        "t.toml:2: server.io_threads: expected a whole number from 0 to 256; got 257");
    row("a fraction", "[server]\nio_threads = 1.5\n",
        "t.toml:2: server.io_threads: expected a whole number from 0 to 256; got a number");
    row("text for a boolean", "[server]\ndev = 'true'\n", "t.toml:2: server.dev: expected true or false; got \"true\"");
    row("a duration without unit", "[auth]\ntoken_ttl = '15'\n",
        "t.toml:2: auth.token_ttl: expected a duration such as \"10s\" or \"15m\" (a bare number is milliseconds), "
        "from 1s to 366d; got \"15\"");
    row("a size too small", "[http]\nbody_limit = '1B'\n",
        "t.toml:2: http.body_limit: expected a size such as \"64KiB\" (a bare number is bytes), from 1KiB to 64MiB; "
        "got \"1B\"");
    row("a listen address without port", "[server]\nlisten = ['127.0.0.1']\n",
        "t.toml:2: server.listen: expected host:port pairs such as \"127.0.0.1:5050\", \"[::1]:5050\" or \"*:5050\" "
        "(all interfaces); got [\"127.0.0.1\"]");
    row("text for a list", "[server]\nlisten = '*:1'\n",
        "t.toml:2: server.listen: expected host:port pairs such as \"127.0.0.1:5050\", \"[::1]:5050\" or \"*:5050\" "
        "(all interfaces); got \"*:1\"");
    row("an unknown choice", "[store]\nkind = 'oracle'\n",
        "t.toml:2: store.kind: expected \"sqlite\" or \"postgres\" or \"memory\"; got \"oracle\"");
    row("several gateways without a database for all", "[cluster]\nname = 'a'\nnats_url = 'nats://h'\n",
        "t.toml:2: cluster.name needs store.kind = \"postgres\": a database for all");
    row("a name that is no token", "[cluster]\nname = 'a.b'\n",
        "t.toml:2: cluster.name: expected a name of letters, digits, \"-\" and \"_\"; got \"a.b\"");
    row("PostgreSQL without an address", "[store]\nkind = 'postgres'\n",
        "t.toml:2: store.kind \"postgres\" needs store.postgres_url, the address of the database");
    row("an origin with a path", "[origins]\nallowed = ['https://a.example/']\n",
        "t.toml:2: origins.allowed: expected origins such as \"https://app.example\" (no path), or \"*\"; got "
        "[\"https://a.example/\"]");
    row("a backend that is no web address", "[backend]\nurl = 'localhost:80'\n",
        "t.toml:2: backend.url: expected an address such as \"http://127.0.0.1:8080\", or empty text; got "
        "\"localhost:80\"");
    row("an unknown role", "[ssma.islands]\nx = 'boss'\n",
        "t.toml:1: ssma.islands: expected island names with a role: guest, user, staff, admin or system; got "
        "{\"x\":\"boss\"}");
    row("a certificate without key", "[tls]\ncert_file = 'c.pem'\n",
        "t.toml:2: tls.cert_file needs tls.key_file as well");
    row("a syntax error", "[server]\nlisten = [\n", "t.toml:2: Error while parsing array: encountered end-of-file");
}

void TestConfigLoader::badTomlIsRefusedWithItsLine()
{
    QFETCH(QByteArray, toml);
    QFETCH(QString, problem);
    QCOMPARE(firstProblem(sourcesOf(toml)), problem);
}

void TestConfigLoader::allProblemsAreListedInFileOrder()
{
    const auto config = loadConfig(sourcesOf("[ws]\nb = 1\na = 2\n[http]\nrate_max = -1\n",
                                             {{QStringLiteral("TIDEGATE_SERVER_DEV"), QStringLiteral("maybe")}}));
    QVERIFY(!config);
    QCOMPARE(config.error().size(), 4U);
    QVERIFY(config.error().at(0).place.endsWith(QStringLiteral("t.toml:2")));
    QVERIFY(config.error().at(1).place.endsWith(QStringLiteral("t.toml:3")));
    QVERIFY(config.error().at(2).place.endsWith(QStringLiteral("t.toml:5")));
    QCOMPARE(config.error().at(3).place, QStringLiteral("environment TIDEGATE_SERVER_DEV"));
}

void TestConfigLoader::badVariablesAndFlagsAreRefused_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("text");
    QTest::newRow("text for a number") << QByteArray("http.rate_max") << QStringLiteral("many");
    QTest::newRow("nothing for a number") << QByteArray("http.rate_max") << QString();
    QTest::newRow("a duration with an unknown unit") << QByteArray("ws.ping_interval") << QStringLiteral("3 moons");
    QTest::newRow("a table entry without value") << QByteArray("ssma.islands") << QStringLiteral("reviews");
    QTest::newRow("no listen address at all") << QByteArray("server.listen") << QString();
    QTest::newRow("a port too large") << QByteArray("server.listen") << QStringLiteral("*:70000");
    QTest::newRow("an IPv6 address without brackets") << QByteArray("server.listen") << QStringLiteral("::1:80");
    QTest::newRow("a network that is none") << QByteArray("server.trusted_proxies") << QStringLiteral("10.0.0.0/99");
    QTest::newRow("a cookie name with a blank") << QByteArray("auth.cookie_name") << QStringLiteral("a b");
    QTest::newRow("a version without number") << QByteArray("ssma.protocol_version") << QStringLiteral("v1");
}

void TestConfigLoader::badVariablesAndFlagsAreRefused()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, text);
    const Setting &s = setting(key.constData());
    const QString expected = QString::fromLatin1(key) + QStringLiteral(": expected ") + s.expected;
    QVERIFY(firstProblem(sourcesOf({}, {{s.environmentName(), text}}))
                .startsWith(QStringLiteral("environment ") + s.environmentName() + QStringLiteral(": ") + expected));
    ConfigSources sources = sourcesOf({});
    sources.flags.insert(key, text);
    QVERIFY(firstProblem(sources).startsWith(QStringLiteral("flag ") + s.flag() + QStringLiteral(": ") + expected));
}

void TestConfigLoader::ssmaVariables_data()
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

void TestConfigLoader::ssmaVariables()
{
    QFETCH(Environment, environment);
    QFETCH(QByteArray, key);
    QFETCH(QVariant, value);
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    QCOMPARE(setting(key.constData()).load(config), value);
}

void TestConfigLoader::oddSsmaVariablesAreWarnedAbout_data()
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

void TestConfigLoader::oddSsmaVariablesAreWarnedAbout()
{
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, warning);
    QCOMPARE(mustLoad(sourcesOf({}, {{name, text}})).warnings, QStringList{warning});
}

void TestConfigLoader::unusableSsmaVariablesAreRefused_data()
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

void TestConfigLoader::unusableSsmaVariablesAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QString, text);
    const QString problem = firstProblem(sourcesOf({}, {{name, text}}));
    QVERIFY2(problem.startsWith(QStringLiteral("environment ") + name + u':'), qPrintable(problem));
}

void TestConfigLoader::unusedSsmaVariablesAreAcceptedInSilence()
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

void TestConfigLoader::dotEnvIsBelowTheEnvironment()
{
    ConfigSources sources =
        sourcesOf("[http]\nrate_max = 1\n", {{QStringLiteral("SSMA_RATE_MAX"), QStringLiteral("3")}});
    sources.dotEnvPath = write(QStringLiteral("dotenv"), "SSMA_RATE_MAX=2\nSSMA_RATE_WINDOW_MS=5000\n");
    const GatewayConfig config = mustLoad(sources);
    QCOMPARE(config.http.rateMax, 3);
    QCOMPARE(config.http.rateWindowMs, 5000);
    QCOMPARE(config.setBy.value("http.rate_window"), sources.dotEnvPath + QStringLiteral(":2"));
    sources.dotEnvPath += QStringLiteral(".missing");
    QCOMPARE(mustLoad(sources).http.rateWindowMs, 60'000);
}

void TestConfigLoader::dotEnvSyntax_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("warnings");
    QTest::newRow("plain") << QByteArray("SSMA_BACKEND_INTERNAL_TOKEN=a=b") << QByteArray("a=b") << 0;
    QTest::newRow("blanks and a comment")
        << QByteArray("  SSMA_BACKEND_INTERNAL_TOKEN = a b # why") << QByteArray("a b") << 0;
    QTest::newRow("a hash inside a word") << QByteArray("SSMA_BACKEND_INTERNAL_TOKEN=a#b") << QByteArray("a#b") << 0;
    QTest::newRow("export") << QByteArray("export SSMA_BACKEND_INTERNAL_TOKEN=x") << QByteArray("x") << 0;
    QTest::newRow("double quotes") << QByteArray(R"(SSMA_BACKEND_INTERNAL_TOKEN="a # \"b\"" # c)")
                                   << QByteArray("a # \"b\"") << 0;
    QTest::newRow("single quotes") << QByteArray(R"(SSMA_BACKEND_INTERNAL_TOKEN='a\n')") << QByteArray(R"(a\n)") << 0;
    QTest::newRow("a carriage return") << QByteArray("SSMA_BACKEND_INTERNAL_TOKEN=x\r") << QByteArray("x") << 0;
    QTest::newRow("a comment line") << QByteArray("#SSMA_BACKEND_INTERNAL_TOKEN=x") << QByteArray() << 0;
    QTest::newRow("something else") << QByteArray("what is this") << QByteArray() << 1;
}

void TestConfigLoader::dotEnvSyntax()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, value);
    QFETCH(int, warnings);
    ConfigSources sources = sourcesOf({});
    sources.dotEnvPath = write(QStringLiteral("dotenv"), line + '\n');
    const GatewayConfig config = mustLoad(sources);
    QCOMPARE(config.backend.internalToken, value);
    QCOMPARE(config.warnings.size(), warnings);
}

void TestConfigLoader::cookieIsSecureWhereverHttpsIs()
{
    QVERIFY(mustLoad(sourcesOf("[server]\npublic_url = 'https://a.example'\n")).auth.cookieSecure);
    QVERIFY(!mustLoad(sourcesOf("[server]\npublic_url = 'http://a.example'\n")).auth.cookieSecure);
    QVERIFY(mustLoad(sourcesOf("[tls]\ncert_file = 'c'\nkey_file = 'k'\n")).auth.cookieSecure);
    QVERIFY(!mustLoad(sourcesOf("[tls]\ncert_file = 'c'\nkey_file = 'k'\n[auth]\ncookie_secure = false\n"))
                 .auth.cookieSecure);
}

void TestConfigLoader::sampleIslandsComeWithDevMode()
{
    QVERIFY(!mustLoad(sourcesOf({})).ssma.islandsDemoEnabled);
    const GatewayConfig config = mustLoad(sourcesOf("[server]\ndev = true\n"));
    QVERIFY(config.ssma.islandsDemoEnabled);
    QCOMPARE(config.setBy.value("ssma.islands_demo"), QStringLiteral("follows server.dev"));
    QVERIFY(!mustLoad(sourcesOf("[server]\ndev = true\n[ssma]\nislands_demo = false\n")).ssma.islandsDemoEnabled);
}

void TestConfigLoader::pathsFollowTheDataFolder()
{
    const GatewayConfig byHome = mustLoad(sourcesOf({}));
    QCOMPARE(byHome.server.dataDir, QStringLiteral("/home/someone/.local/share/tidegate"));
    QCOMPARE(byHome.store.path, QStringLiteral("/home/someone/.local/share/tidegate/tidegate.sqlite"));
    const GatewayConfig byXdg = mustLoad(sourcesOf({}, {{QStringLiteral("XDG_DATA_HOME"), QStringLiteral("/x")}}));
    QCOMPARE(byXdg.auth.secretFile, QStringLiteral("/x/tidegate/secret"));
    const GatewayConfig named = mustLoad(sourcesOf("[server]\ndata_dir = '/var/lib/t'\n[log]\nfile = 'l'\n"));
    QCOMPARE(named.store.path, QStringLiteral("/var/lib/t/tidegate.sqlite"));
    QCOMPARE(named.log.file, QStringLiteral("l"));
}

void TestConfigLoader::withoutAHomeTheDataFolderMustBeNamed()
{
    QCOMPARE(firstProblem({}),
             QStringLiteral("server.data_dir: there is no home folder to put data into; set --data-dir"));
}

void TestConfigLoader::printedConfigurationReadsBackTheSame()
{
    const Environment environment{{QStringLiteral("TIDEGATE_SSMA_CHANNELS"), QStringLiteral("a \"b\"=user:payload")},
                                  {QStringLiteral("TIDEGATE_LOG_FILE"), QStringLiteral("C:\\x\n")},
                                  {QStringLiteral("TIDEGATE_WS_PING_INTERVAL"), QStringLiteral("0")},
                                  {QStringLiteral("TIDEGATE_SERVER_LISTEN"), QStringLiteral("*:1,[::1]:2")}};
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    for (const OriginColumn column : {OriginColumn::Hidden, OriginColumn::Shown}) {
        const GatewayConfig again = mustLoad(sourcesOf(configAsToml(config, column)));
        const ConfigDifference difference = differences(config, again);
        QCOMPARE(difference.needRestart + difference.reloadable, QByteArrayList());
    }
}

void TestConfigLoader::secretsAreNeverPrinted()
{
    Environment environment;
    const QString secret = QStringLiteral("very-secret-value-of-more-than-32-bytes");
    int secrets = 0;
    for (const Setting &s : settings()) {
        if (!s.isSecret)
            continue;
        ++secrets;
        const bool isPair = s.key == "mesh.keys" || s.key == "sharedata.tokens";
        environment.insert(s.environmentName(), isPair ? secret + u'=' + secret : secret);
        QVERIFY(s.flag().isEmpty());
    }
    QCOMPARE(secrets, 9);
    const GatewayConfig config = mustLoad(sourcesOf({}, environment));
    QCOMPARE(config.auth.secret, secret.toUtf8());
    for (const QByteArray &printed :
         {configAsToml(config, OriginColumn::Shown), configAsJson(config, OriginColumn::Shown)}) {
        QVERIFY(!printed.contains(secret.toUtf8()));
        QCOMPARE(printed.count("\"***\""), secrets);
    }
    const GatewayConfig again = mustLoad(sourcesOf(configAsToml(config, OriginColumn::Hidden)));
    QVERIFY(again.backend.internalToken.isEmpty());
}

void TestConfigLoader::exampleFileIsUpToDateAndValid()
{
    QFile file(QStringLiteral(TIDEGATE_EXAMPLE_TOML));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY2(file.readAll() == exampleToml(), "run: tidegate config example > packaging/tidegate.example.toml");
    const GatewayConfig asGiven = mustLoad(sourcesOf(exampleToml()));
    QVERIFY(asGiven.setBy.isEmpty());
    static const QRegularExpression SettingLine(QStringLiteral("^#(?! )"), QRegularExpression::MultilineOption);
    const QByteArray active = QString::fromUtf8(exampleToml()).remove(SettingLine).toUtf8();
    const GatewayConfig config = mustLoad(sourcesOf(active));
    QCOMPARE(config.setBy.size(), qsizetype(settings().size()));
    const ConfigDifference difference = differences(config, mustLoad(sourcesOf({})));
    QCOMPARE(difference.needRestart + difference.reloadable, QByteArrayList());
}

void TestConfigLoader::reloadTellsWhatNeedsARestart()
{
    const ConfigSources sources = sourcesOf("[http]\nrate_max = 1\n[server]\nio_threads = 1\n");
    const GatewayConfig before = mustLoad(sources);
    write(QStringLiteral("t.toml"), "[http]\nrate_max = 2\n[server]\nio_threads = 2\n");
    const ConfigDifference difference = differences(before, mustLoad(before.readFrom));
    QCOMPARE(difference.reloadable, QByteArrayList{"http.rate_max"});
    QCOMPARE(difference.needRestart, QByteArrayList{"server.io_threads"});
}

void TestConfigLoader::suggestions_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("nearest");
    QTest::newRow("swapped letters") << QStringLiteral("lsiten") << QStringLiteral("listen");
    QTest::newRow("a letter too many") << QStringLiteral("listten") << QStringLiteral("listen");
    QTest::newRow("other separators") << QStringLiteral("Io-Threads") << QStringLiteral("io_threads");
    QTest::newRow("too far away") << QStringLiteral("kitchen") << QString();
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("very long") << QString(100'000, u'x') << QString();
}

void TestConfigLoader::suggestions()
{
    QFETCH(QString, word);
    QFETCH(QString, nearest);
    QCOMPARE(nearestName(word, {QStringLiteral("listen"), QStringLiteral("io_threads")}), nearest);
}

void TestConfigLoader::hostileTomlEndsInAProblem_data()
{
    QTest::addColumn<QByteArray>("toml");
    QTest::newRow("bytes that are no UTF-8") << QByteArray("[server]\nlisten = '\xff\xfe'\n");
    QTest::newRow("a zero byte") << QByteArray("[server]\n\0 = 1\n", 16);
    QTest::newRow("very deep nesting") << QByteArray("[server]\nlisten = ") + QByteArray(100'000, '[');
    QTest::newRow("more than a megabyte") << QByteArray(1024 * 1024 + 1, '\n');
    QTest::newRow("a key given twice") << QByteArray("[http]\nrate_max = 1\nrate_max = 2\n");
    QTest::newRow("a number beyond 64 bits") << QByteArray("[http]\nrate_max = 99999999999999999999\n");
}

void TestConfigLoader::hostileTomlEndsInAProblem()
{
    QFETCH(QByteArray, toml);
    QVERIFY(!firstProblem(sourcesOf(toml)).isEmpty());
}

QTEST_GUILESS_MAIN(TestConfigLoader)
#include "tst_configloader.moc"
