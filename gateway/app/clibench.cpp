// SPDX-License-Identifier: MIT
#include "app/clibench.h"

#include "app/clioutput.h"
#include "app/configvalue.h"
#include "bench/ackrun.h"
#include "bench/connectrun.h"
#include "bench/fanoutrun.h"
#include "bench/ownserver.h"
#include "bench/stormrun.h"
#include "transport/socketio.h"

#include <CLI/CLI.hpp>

#include <QCoreApplication>

#include <csignal>

namespace Tidegate {

using namespace Bench;

namespace {

constexpr auto Examples = R"(
Without URL a gateway of its own is started on loopback with its limits off, and its CPU and memory are shown.
With a URL (ws://host:port, with TLS wss://host:port, of one gateway or of a proxy before it) its limits count:
for more than 8 subscribers from one address it needs --ssma-subscribe-max 0, for fast publishers --ssma-message-max 0
(or --sharedata-message-max 0).

Examples:
  tidegate bench fanout --subscribers 5000
  tidegate bench fanout --transport sse --rate 20 ws://127.0.0.1:5050 --pid 4711
  tidegate bench ack --connections 50 --in-flight 1 --batch 50
  tidegate bench connect --connections 10000
  tidegate bench replay --subscribers 5000 --missed 20 --json
  tidegate bench fanout --dialect mesh --subscribers 1000
  tidegate bench ack --dialect sharedata --connections 20
  tidegate bench fanout --ca ca.pem wss://live.example
  tidegate bench ack --and ws://10.0.0.8:5050 ws://10.0.0.7:5050
)";

bool readDuration(const std::string &text, const char *flag, qint64 &milliseconds)
{
    const auto read = text == "0" ? 0 : durationFromText(QString::fromStdString(text));
    if (!read)
        writeError(QStringLiteral("%1 %2: write a number and a unit, for example 500ms, 10s or 2m")
                       .arg(QLatin1StringView(flag), QString::fromStdString(text)));
    milliseconds = read.value_or(0);
    return read.has_value();
}

} // namespace

void BenchCommands::addTo(CLI::App &bench)
{
    bench.footer(Examples);
    using enum Scenario;
    CLI::App *fanout = addScenario(bench, Fanout, "fanout", "One publisher, many subscribers: deliveries/s, latency");
    CLI::App *slow = addScenario(bench, Slow, "slow", "Fan-out while some subscribers read nothing");
    CLI::App *ack = addScenario(bench, Ack, "ack", "Many publishers: messages/s until acknowledged");
    CLI::App *connect = addScenario(bench, Connect, "connect", "Connections/s, then memory and CPU while idle");
    CLI::App *replay = addScenario(bench, Replay, "replay", "Everybody comes back at once with its position");
    for (CLI::App *command : {fanout, slow, replay})
        addSubscribers(*command);
    for (CLI::App *command : {fanout, slow, ack}) {
        addPublishing(*command);
        addTiming(*command);
    }
    slow->add_option("--stopped", m_stopped, "Of the subscribers, how many stop reading")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    ack->add_option("--batch", m_plan.batch, "Messages per batch")->check(CLI::Range(1, 50))->capture_default_str();
    for (const auto &[command, count] : {std::pair(ack, &m_plan.publishers), std::pair(connect, &m_plan.connections)})
        command->add_option("-n,--connections", *count, "How many connections")
            ->check(CLI::Range(1, 1'000'000))
            ->capture_default_str();
    connect->add_option("--hold", m_hold, "How long the idle connections are watched")->capture_default_str();
    replay->add_option("--missed", m_plan.missed, "Messages published while everybody is away")
        ->check(CLI::Range(1, 500))
        ->capture_default_str();
    for (CLI::App *command : {fanout, slow, connect, replay})
        command->add_option("--connecting", m_plan.connecting, "Connections opened at the same time, at most")
            ->check(CLI::Range(1, 100'000))
            ->capture_default_str();
}

CLI::App *BenchCommands::addScenario(CLI::App &bench, Scenario scenario, const char *name, const char *description)
{
    CLI::App *command = bench.add_subcommand(name, description);
    command->allow_extras();
    addTarget(*command);
    m_scenarios[command] = scenario;
    return command;
}

void BenchCommands::addTarget(CLI::App &command)
{
    command.add_option("URL", m_url, "Gateway to measure; none = one of its own")->type_name("");
    command
        .add_option("--and", m_others, "Another gateway of the same deployment (cluster.name); connections take turns")
        ->type_name("URL")
        ->allow_extra_args(false);
    command.add_option("--dialect", m_dialect, "What to speak")
        ->check(CLI::IsMember({"ssma", "sharedata", "mesh"}))
        ->capture_default_str();
    command.add_option("--transport", m_transport, "How subscribers listen")
        ->check(CLI::IsMember({"ws", "sse"}))
        ->capture_default_str();
    command.add_option("--channel,--document,--subject", m_place,
                       "What is published to (default: channel global, document bench, subject bench)");
    command.add_option("--function", m_function, "Function of the document; it must take any data as the new state")
        ->capture_default_str();
    command.add_option("--site", m_site, "Tenant")->capture_default_str();
    command.add_option("--token", m_token, "Token of all connections (ssma: see tidegate token)");
    command.add_option("--ca", m_caFile, "PEM file of the authorities to believe for wss:// (default: the system's)");
    command.add_flag("--insecure", m_isInsecure, "Believe any certificate");
    command.add_option("--pid", m_plan.serverPid, "Process whose CPU and memory are shown");
    command
        .add_option("--serve-flag", m_serveFlags,
                    "Flag for the gateway of its own, e.g. --serve-flag=--store-kind=memory")
        ->allow_extra_args(false);
    command.add_flag("--json", m_isJson, "Report as one line of JSON");
}

void BenchCommands::addSubscribers(CLI::App &command)
{
    command.add_option("-n,--subscribers", m_plan.subscribers, "How many subscribers")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

void BenchCommands::addPublishing(CLI::App &command)
{
    command
        .add_option("--in-flight", m_plan.inFlight,
                    "Messages published and not yet with everybody; for ack: batches per connection")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command.add_option("--rate", m_plan.ratePerSecond, "Messages/s instead of a number in flight")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--size", m_plan.payloadBytes, "Bytes of payload per message")
        ->check(CLI::Range(0, 900'000))
        ->capture_default_str();
}

void BenchCommands::addTiming(CLI::App &command)
{
    command.add_option("--warmup", m_warmup, "Not counted, first")->capture_default_str();
    command.add_option("--duration", m_duration, "How long to measure")->capture_default_str();
}

bool BenchCommands::readDurations()
{
    return readDuration(m_warmup, "--warmup", m_plan.warmupMs) &&
           readDuration(m_duration, "--duration", m_plan.durationMs) && readDuration(m_hold, "--hold", m_plan.holdMs);
}

int BenchCommands::run(const CLI::App *command)
{
    if (!readDurations())
        return ExitUsage;
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL's writes know no MSG_NOSIGNAL
    SocketIo::raiseDescriptorLimit();
    OwnServer server;
    QString url = QString::fromStdString(m_url);
    BenchSpeech spoken = speech();
    if (url.isEmpty()) {
        QStringList flags;
        for (const std::string &flag : m_serveFlags)
            flags.append(QString::fromStdString(flag));
        if (const auto started = server.start(QCoreApplication::applicationFilePath(), ownServerFor(spoken), flags);
            !started) {
            writeError(started.error().text);
            return ExitFailed;
        }
        url = server.url();
        m_isInsecure = true; // we have started it ourselves
        m_plan.serverPid = server.processId();
    }
    return measure(m_scenarios.at(command), url, spoken);
}

BenchSpeech BenchCommands::speech() const
{
    const auto bytes = [](const std::string &text) { return QByteArray::fromStdString(text); };
    return {bytes(m_dialect), m_transport == "sse", bytes(m_place), bytes(m_site), bytes(m_function), bytes(m_token)};
}

int BenchCommands::measure(Scenario scenario, const QString &url, const BenchSpeech &speech)
{
    const TlsTrust trust{QString::fromStdString(m_caFile), m_isInsecure};
    auto target = Target::fromUrl(url, trust);
    for (const std::string &other : m_others) {
        auto node = Target::fromUrl(QString::fromStdString(other), trust);
        if (!node || !target) {
            target = node;
            break;
        }
        target->others.push_back(*std::move(node));
    }
    if (!target) {
        writeError(target.error().text);
        return ExitUsage;
    }
    if (m_plan.serverPid != 0 && !ProcessMeter(m_plan.serverPid).isRunning()) {
        writeError(QStringLiteral("--pid %1: there is no such process").arg(m_plan.serverPid));
        return ExitUsage;
    }
    const auto made = makeBenchDialect(*target, speech);
    if (!made) {
        writeError(made.error().text);
        return ExitUsage;
    }
    const Dialect &dialect = **made;
    const Progress progress = progressLine();
    if (scenario == Scenario::Slow)
        m_plan.stopped = std::min(m_stopped, m_plan.subscribers);
    std::unique_ptr<Run> run;
    switch (scenario) {
    case Scenario::Fanout:
    case Scenario::Slow:
        run = std::make_unique<FanoutRun>(*target, dialect, m_plan, progress);
        break;
    case Scenario::Ack:
        run = std::make_unique<AckRun>(*target, dialect, m_plan, progress);
        break;
    case Scenario::Connect:
        run = std::make_unique<ConnectRun>(*target, dialect, m_plan, progress);
        break;
    case Scenario::Replay:
        run = std::make_unique<StormRun>(*target, dialect, m_plan, progress);
        break;
    }
    const Report report = run->execute();
    if (progress)
        progress({});
    writeOut(m_isJson ? report.toJson() : report.toText());
    return report.isClean() ? ExitOk : ExitFailed;
}

} // namespace Tidegate
