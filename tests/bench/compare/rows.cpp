// SPDX-License-Identifier: MIT
#include "bench/compare/rows.h"

namespace Tidegate::Bench {

namespace {

constexpr auto Throughput = "deliveries_per_s";
constexpr auto Cpu = "server_cpu_us_each";

using Scenario = Row::Scenario;

Plan fanout(int subscribers, int inFlight)
{
    Plan plan;
    plan.subscribers = subscribers;
    plan.inFlight = inFlight;
    return plan;
}

Plan atRate(int subscribers, double perSecond)
{
    Plan plan = fanout(subscribers, 1);
    plan.ratePerSecond = perSecond;
    return plan;
}

Plan ack(int batch)
{
    Plan plan;
    plan.publishers = 50;
    plan.inFlight = 1;
    plan.batch = batch;
    return plan;
}

Plan connections(int count)
{
    Plan plan;
    plan.connections = count;
    plan.holdMs = 3'000;
    return plan;
}

Bar atMost(const QByteArray &subject, const QByteArray &figure, double limit, const QByteArray &opponent,
           const QByteArray &row = {})
{
    return {subject, figure, false, limit, opponent, row};
}

Bar atLeast(const QByteArray &subject, const QByteArray &figure, double limit, const QByteArray &opponent)
{
    return {subject, figure, true, limit, opponent, {}};
}

std::vector<Row> makeRows()
{
    return {
        {"fanout-1000",
         QStringLiteral("Fan-out 1 -> 1 000, 64 in flight"),
         Scenario::Fanout,
         fanout(1000, 64),
         {"rawloop", "rawloop-single", "tidegate", "tidegate-memory", "nats", "nchan", "ws", "socketio"},
         {atMost("tidegate", Cpu, 1.5, "rawloop"), atLeast("tidegate", Throughput, 3, Bar::BestForeign)}},
        {"fanout-5000",
         QStringLiteral("Fan-out 1 -> 5 000, 64 in flight"),
         Scenario::Fanout,
         fanout(5000, 64),
         {"rawloop", "rawloop-single", "tidegate", "tidegate-memory", "nats", "nchan", "ws", "socketio"},
         {atMost("tidegate", Cpu, 1.5, "tidegate", "fanout-1000"),
          atLeast("tidegate", Throughput, 3, Bar::BestForeign)}},
        {"fanout-single",
         QStringLiteral("Fan-out 1 -> 1 000, 1 in flight"),
         Scenario::Fanout,
         fanout(1000, 1),
         {"rawloop-single", "tidegate", "tidegate-memory", "nats", "nchan", "ws", "socketio"},
         {atMost("tidegate", Cpu, 1.3, "rawloop-single")}},
        {"mesh-1000",
         QStringLiteral("Subjects, 1 -> 1 000, 64 in flight: mesh clients beside nats-server's WebSockets"),
         Scenario::Fanout,
         fanout(1000, 64),
         {"rawloop", "tidegate-mesh", "nats"},
         {}},
        {"rate-20",
         QStringLiteral("Fan-out 1 -> 1 000, 20 messages/s"),
         Scenario::Fanout,
         atRate(1000, 20),
         {"rawloop", "tidegate", "tidegate-memory", "nchan"},
         {atMost("tidegate", "latency_p99_us", 1, "nchan")}},
        {"sse-1000",
         QStringLiteral("Server-sent events beside WebSocket, 1 -> 1 000, 64 in flight"),
         Scenario::Fanout,
         fanout(1000, 64),
         {"rawloop-sse", "rawloop", "tidegate-sse", "tidegate", "tidegate-memory-sse", "tidegate-memory"},
         {atMost("tidegate-sse", Cpu, 1.2, "tidegate"), atMost("tidegate-memory-sse", Cpu, 1.2, "tidegate-memory")}},
        {"ack",
         QStringLiteral("Round trip, 50 connections with 1 message in flight each (Tidegate: stored and acknowledged)"),
         Scenario::Ack,
         ack(1),
         {"rawloop-echo", "tidegate", "tidegate-memory", "ws-echo"},
         {}},
        {"ack-batch",
         QStringLiteral("Round trip, 50 connections with a batch of 50 in flight each"),
         Scenario::Ack,
         ack(50),
         {"rawloop-echo", "tidegate", "tidegate-memory", "ws-echo"},
         {}},
        {"connect",
         QStringLiteral("10 000 connections, 256 being opened at a time, then idle for 3 s"),
         Scenario::Connect,
         connections(10'000),
         {"rawloop", "tidegate", "tidegate-sse", "nats", "nchan", "ws", "socketio"},
         {atLeast("tidegate", "connections_per_s", 20'000, {}), atMost("tidegate", "rss_per_connection_kib", 8, {}),
          atMost("tidegate", "idle_cpu_percent", 1, {})}},
    };
}

} // namespace

const std::vector<Row> &allRows()
{
    static const std::vector<Row> Rows = makeRows();
    return Rows;
}

const std::vector<Column> &columnsOf(Scenario scenario)
{
    static const Column CpuEach{Cpu, QStringLiteral("CPU, us"), 3};
    static const Column GeneratorCpu{"generator_cpu_us_each", QStringLiteral("tool CPU, us"), 3};
    static const std::vector<Column> Fanout{
        {Throughput, QStringLiteral("deliveries/s")},
        CpuEach,
        {"latency_p50_us", QStringLiteral("p50, ms"), 2, 1e-3, true},
        {"latency_p99_us", QStringLiteral("p99, ms"), 2, 1e-3, true},
        {"bytes_per_delivery", QStringLiteral("bytes")},
        GeneratorCpu,
    };
    static const std::vector<Column> Ack{
        {"acks_per_s", QStringLiteral("answers/s")},
        CpuEach,
        {"latency_p50_us", QStringLiteral("p50, ms"), 2, 1e-3, true},
        {"latency_p99_us", QStringLiteral("p99, ms"), 2, 1e-3, true},
        GeneratorCpu,
    };
    static const std::vector<Column> Connect{
        {"connections_per_s", QStringLiteral("connections/s")},
        CpuEach,
        {"ready_p99_us", QStringLiteral("p99, ms"), 1, 1e-3, true},
        {"rss_per_connection_kib", QStringLiteral("RSS, KiB"), 1},
        {"idle_cpu_percent", QStringLiteral("idle CPU, %"), 2},
        GeneratorCpu,
    };
    switch (scenario) {
    case Scenario::Fanout:
        break;
    case Scenario::Ack:
        return Ack;
    case Scenario::Connect:
        return Connect;
    }
    return Fanout;
}

const std::vector<QByteArray> &faultFigures()
{
    static const std::vector<QByteArray> Keys{"lost", "duplicates", "out_of_order", "unacknowledged"};
    return Keys;
}

} // namespace Tidegate::Bench
