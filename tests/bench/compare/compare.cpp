// SPDX-License-Identifier: MIT
#include "bench/compare/comparison.h"
#include "bench/compare/interruption.h"
#include "bench/compare/machine.h"
#include "bench/compare/resultsfile.h"
#include "transport/socketio.h"

#include <CLI/CLI.hpp>

#include <QCoreApplication>
#include <QDate>

#include <algorithm>
#include <iostream>

namespace {

using namespace Tidegate::Bench;

struct Flags
{
    std::vector<std::string> rows;
    std::vector<std::string> peers;
    int repetitions = 3;
    double seconds = 4;
    std::string output;
};

bool isNamed(const std::vector<std::string> &names, const QByteArray &key)
{
    return names.empty() || std::find(names.begin(), names.end(), key.toStdString()) != names.end();
}

CLI::IsMember rowNames()
{
    std::vector<std::string> names;
    for (const Row &row : allRows())
        names.push_back(row.key.toStdString());
    return CLI::IsMember(names);
}

CLI::IsMember peerNames()
{
    std::vector<std::string> names;
    for (const Peer &peer : allPeers())
        names.push_back(peer.key.toStdString());
    return CLI::IsMember(names);
}

//! False if a row could not be written, or we were interrupted.
bool compareAll(const Flags &flags)
{
    std::vector<Peer> peers = allPeers();
    std::erase_if(peers, [&](const Peer &peer) { return !isNamed(flags.peers, peer.key); });
    Comparison::Options options;
    options.repetitions = flags.repetitions;
    options.durationMs = qint64(flags.seconds * 1000);
    const Comparison comparison(std::move(peers), options,
                                [](const QString &line) { std::cout << line.toStdString() << std::endl; });
    const Circumstances circumstances{QDate::currentDate().toString(Qt::ISODate), describeMachine(), flags.repetitions,
                                      flags.seconds};
    Outcomes outcomes;
    for (const Row &row : allRows()) {
        if (!isNamed(flags.rows, row.key))
            continue;
        const RowOutcome &outcome = outcomes[row.key] = comparison.measure(row);
        if (isInterrupted()) {
            std::cerr << "interrupted; " << row.key.toStdString() << " was not finished\n";
            return false;
        }
        const QString section = sectionOf(outcome, outcomes, circumstances);
        std::cout << '\n' << row.title.toStdString() << '\n' << section.toStdString() << std::endl;
        if (flags.output.empty() || !flags.peers.empty())
            continue;
        if (const auto written = ResultsFile(QString::fromStdString(flags.output)).replace(row, section); !written) {
            std::cerr << written.error().text.toStdString() << '\n';
            return false;
        }
    }
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    Flags flags;
    CLI::App app("Tidegate beside other servers, on this machine, in one run");
    app.add_option("--only", flags.rows, "Rows to measure; several separated by commas")
        ->delimiter(',')
        ->check(rowNames());
    app.add_option("--peers", flags.peers, "Servers to measure; the results file is then left alone")
        ->delimiter(',')
        ->check(peerNames());
    app.add_option("--repeat", flags.repetitions, "Repetitions")->check(CLI::Range(1, 99))->capture_default_str();
    app.add_option("--duration", flags.seconds, "Seconds of each measurement")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    app.add_option("--output", flags.output, "Markdown file whose sections of the measured rows are replaced");
    CLI11_PARSE(app, argc, argv);

    const OnCore pin(Comparison::LoadCore);
    if (!pin.isPinned()) {
        std::cerr << "this needs two cores: 0 for the server, 1 for the load tool\n";
        return 1;
    }
    Tidegate::SocketIo::raiseDescriptorLimit();
    watchForInterruption();
    return compareAll(flags) ? 0 : 1;
}
