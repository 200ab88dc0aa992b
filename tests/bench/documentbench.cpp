// SPDX-License-Identifier: MIT
// Acknowledged durable proposals per second over real sockets, against a bare SQLite loop in the same run. See
// README.md.

#include "barestore.h"
#include "measuredgateway.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdio>

using namespace Tidegate::Bench;

namespace {

//! One connection per document, or all of them at one.
std::vector<LoadClient::Speech> proposers(int connections, int inFlight, bool isShared)
{
    std::vector<LoadClient::Speech> speeches;
    for (int i = 0; i < connections; ++i)
        speeches.push_back(LoadClient::proposals(inFlight, "doc-" + QByteArray::number(isShared ? 0 : i)));
    return speeches;
}

void report(const char *what, const Rate &rate, double reference)
{
    printf("%-44s %9.0f/s  %6.1f us CPU each  %5.2f x the bare store\n", what, rate.perSecond, rate.cpuMicroseconds,
           rate.perSecond / reference);
    fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("connections"), QStringLiteral("default 50"), QStringLiteral("n"), QStringLiteral("50")},
         {QStringLiteral("seconds"), QStringLiteral("per measurement, default 5"), QStringLiteral("s"),
          QStringLiteral("5")}});
    parser.process(app);
    const int connections = parser.value(QStringLiteral("connections")).toInt();
    const qint64 milliseconds = parser.value(QStringLiteral("seconds")).toLongLong() * 1000;

    QTemporaryDir data(QStringLiteral("tidegate-bench-XXXXXX"));
    const double bareOne = bareInsertsPerSecond(data.filePath(QStringLiteral("bare-one")), connections, 2000);
    const double bareMany = bareInsertsPerSecond(data.filePath(QStringLiteral("bare-many")), connections * 20, 2000);
    printf("bare SQLite, %d rows per fsync: %.0f/s; %d rows per fsync: %.0f/s\n", connections, bareOne,
           connections * 20, bareMany);

    QFile config(data.filePath(QStringLiteral("bench.toml")));
    if (!config.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(config.fileName()));
    config.write("[sharedata]\nenabled = true\ntokens = { bench = \"bench\" }\nmessage_max = 0\n"
                 "[sharedata.functions]\nset = \"accept-any\"\n[sharedata.documents]\n");
    for (int i = 0; i < connections; ++i)
        config.write("doc-" + QByteArray::number(i) + " = { state = \"null\", functions = \"set\" }\n");
    config.close();

    MeasuredGateway gateway;
    gateway.start(data.path(), {QStringLiteral("--config"), config.fileName()});
    report("a document each, 1 in flight", drive(gateway, proposers(connections, 1, false), milliseconds), bareOne);
    report("a document each, 20 in flight", drive(gateway, proposers(connections, 20, false), milliseconds), bareMany);
    report("one document for all, 1 in flight", drive(gateway, proposers(connections, 1, true), milliseconds), bareOne);
    report("one document for all, 20 in flight", drive(gateway, proposers(connections, 20, true), milliseconds),
           bareMany);
    gateway.stop();
    return 0;
}
