// SPDX-License-Identifier: MIT
#include "app/configfixture.h"
#include "app/configsuggest.h"

#include <QRegularExpression>

using namespace Tidegate;

class TestConfigLoader : public QObject, private ConfigFixture
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
    void dotEnvIsBelowTheEnvironment();
    void dotEnvSyntax_data();
    void dotEnvSyntax();
    void cookieIsSecureWhereverHttpsIs();
    void sampleIslandsComeWithDevMode();
    void pathsFollowTheDataFolder();
    void withoutAHomeTheDataFolderMustBeNamed();
    void reloadTellsWhatNeedsARestart();
    void suggestions_data();
    void suggestions();
    void hostileTomlEndsInAProblem_data();
    void hostileTomlEndsInAProblem();
};

void TestConfigLoader::initTestCase()
{
    QVERIFY(isReady());
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
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
        {"mesh.retain", {QStringLiteral("a.*,b"), "['a.*', 'b']"}},
        {"mesh.bridge_out", {QStringLiteral("ssma.a.>"), "['ssma.a.>']"}},
        {"mesh.documents_out", {QStringLiteral("doc.a"), "['doc.a']"}},
        {"mesh.documents_in", {QStringLiteral("a.*=set/doc"), "{'a.*' = 'set/doc'}"}},
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
