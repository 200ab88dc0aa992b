// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "intent/intentengine.h"
#include "session/ssma/channelregistry.h"
#include "session/ssma/counters.h"
#include "session/ssma/rowreader.h"

#include <QHash>

#include <functional>
#include <memory>
#include <vector>

namespace Tidegate::Ssma {

//! What a client wants out of the log. Equal questions have equal answers as long as the log and the rules stay.
struct LogQuestion
{
    enum class Form : quint8 { Replay, StreamPage, NewestForStream, StoreSnapshot, BackendSnapshot, Resync };

    Form form = Form::Replay;
    RowScope scope;
    QByteArray detail; //!< params of a subscription; the site an event stream is told
    std::optional<quint64> cursor = {};
    qsizetype limit = 0;
    quint64 number = 0; //!< first position of an event stream; SharedSnapshot::number

    friend bool operator==(const LogQuestion &, const LogQuestion &) = default;
};

size_t qHash(const LogQuestion &question, size_t seed = 0);

//! Rows of the log, encoded for their readers.
struct LogAnswer
{
    std::vector<QByteArray> frames;
    quint64 lastSeq = 0; //!< of the last row; 0 = none
    qsizetype rowCount = 0;
    bool hasMore = false;
    quint64 cursor = 0;        //!< where whoever is sent it stands, if it begins a subscription
    qsizetype hidden = 0;      //!< rows left out because of the role
    QByteArray gapReason = {}; //!< what is missing, as its reader is told; empty = nothing

    qsizetype byteSize() const;
};
using LogAnswerPtr = std::shared_ptr<const LogAnswer>;

//! Reads and encodes once what many ask of the log at the same time, or before it changes: a rush of clients that
//! comes back with the same cursor. Core thread.
//! Whoever joins a read under way gets what RowReader promises: a page complete up to the head at the moment of its
//! callback. A finished one serves newcomers until anything is settled or amended, the rules change or MaxAgeMs pass,
//! since rows lose the reason "replay" with time.
//! Bounds: MaxRetainedBytes and MaxRetained; when an answer finds no room, all others go. Beyond MaxWaiting each
//! reads for itself.
class SharedReads
{
public:
    static constexpr qsizetype MaxRetained = 1024;
    static constexpr qsizetype MaxRetainedBytes = 16 * 1024 * 1024;
    static constexpr qsizetype MaxWaiting = 100'000;
    static constexpr qint64 MaxAgeMs = 1'000;

    struct Services
    {
        const IntentEngine &engine;
        const ChannelRegistry &registry;
        const Clock &clock;
        DialectCounters &counters;
    };
    using Made = std::function<void(Result<LogAnswer>)>;
    //! Reads what the question says.
    using Make = std::function<void(const LogQuestion &, const Made &)>;
    using Done = std::function<void(const Result<LogAnswerPtr> &)>;

    explicit SharedReads(Services services)
        : m_services(services)
    {
    }

    //! Calls \p make for an answer nobody has made yet; \p done, perhaps before this returns, in the same turn as the
    //! callback of the reader.
    void read(const LogQuestion &question, const Make &make, Done done);
    //! Something was settled or amended.
    void forget();

    qsizetype retainedBytes() const { return m_retainedBytes; }

private:
    //! What an answer is good for.
    struct Stamp
    {
        quint64 head = 0;
        quint64 floor = 0;
        quint64 rules = 0;
        quint64 change = 0;

        friend bool operator==(const Stamp &, const Stamp &) = default;
    };
    struct Reading
    {
        LogQuestion question;
        Stamp begun;
        std::vector<Done> waiting;
    };
    using ReadingPtr = std::shared_ptr<Reading>;
    struct Retained
    {
        LogAnswerPtr answer;
        qint64 madeAtMs = 0;
    };

    Stamp now() const;
    LogAnswerPtr retained(const LogQuestion &question);
    ReadingPtr join(const LogQuestion &question) const;
    void finish(const ReadingPtr &reading, Result<LogAnswer> answer);
    void retain(const LogQuestion &question, const LogAnswerPtr &answer);
    void dropRetained();

    Services m_services;
    quint64 m_change = 0;
    qsizetype m_waiting = 0;
    qsizetype m_retainedBytes = 0;
    Stamp m_stamp; //!< of all that is retained
    QHash<LogQuestion, ReadingPtr> m_readings;
    QHash<LogQuestion, Retained> m_retained;
};

} // namespace Tidegate::Ssma
