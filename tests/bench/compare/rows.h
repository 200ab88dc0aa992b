// SPDX-License-Identifier: MIT
#pragma once

#include "bench/plan.h"

#include <vector>

namespace Tidegate::Bench {

//! A figure of a Report as a column of the table.
struct Column
{
    QByteArray figure; //!< key in the Report
    QString heading;
    int decimals = 0;
    double scale = 1;          //!< shown = figure * scale
    bool isNoneAtZero = false; //!< a latency: none was measured
};

//! What a row must show: subject's figure against that of another server, or against a number.
struct Bar
{
    static constexpr auto BestForeign = "best";

    QByteArray subject;
    QByteArray figure;
    bool isAtLeast = false; //!< false: at most
    double limit = 0;       //!< factor, or the number itself if there is no opponent
    QByteArray opponent;    //!< key of a peer, BestForeign for the highest of all foreign ones, or empty
    QByteArray row;         //!< the opponent's row; empty = the same
};

//! One work, done by several servers in turn.
struct Row
{
    enum class Scenario : quint8 { Fanout, Ack, Connect };

    QByteArray key; //!< on the command line: "fanout-1000"
    QString title;
    Scenario scenario = Scenario::Fanout;
    Plan plan;
    std::vector<QByteArray> peers; //!< the first one is what ratios refer to
    std::vector<Bar> bars;
};

const std::vector<Row> &allRows();
//! The first column is the throughput, the second one the CPU: these two are shown as ratios too.
const std::vector<Column> &columnsOf(Row::Scenario scenario);
//! Figures that must be 0, or something went missing or came twice.
const std::vector<QByteArray> &faultFigures();

} // namespace Tidegate::Bench
