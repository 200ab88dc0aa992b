// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QFile>

#include <atomic>
#include <functional>
#include <mutex>

namespace Tidegate {

enum class LogLevel : quint8 { Debug, Info, Warn, Error };

//! The business event log: one JSON object per line {timestamp,type,level,data,userId,sessionId} (SSMA spec section
//! 15). Not the diagnostic log (base/logging.h). Safe to call from any thread. Bound: MaxBufferedLines; when the sink
//! cannot keep up the oldest lines are dropped and counted as errors.
class EventLog
{
public:
    static constexpr int MaxBufferedLines = 2000;

    struct Config
    {
        QString filePath; //!< empty = console (stderr)
        int maxBatch = 200;
    };
    struct Health
    {
        bool degraded = false; //!< more than 10 errors so far
        int bufferedLines = 0;
        quint64 ingested = 0;
        quint64 exported = 0;
        quint64 errors = 0;
    };

    EventLog(Config config, const Clock &clock);
    ~EventLog();

    //! \p dataJson is a JSON object text. Writes out at once when maxBatch lines have gathered.
    void record(QByteArrayView type, LogLevel level, QByteArrayView dataJson, QByteArrayView userId = {},
                QByteArrayView sessionId = {});
    //! Appends lines a client has sent; each is a complete JSON object text without line breaks.
    void recordLines(const QByteArrayList &lines);
    //! Call every few seconds and at shutdown.
    void flush();
    //! Closes the file so that the next line opens it anew; for log rotation.
    void reopen();

    //! \p tap sees every line, on whatever thread records it and in order; it must not record. Empty = nobody looks.
    void setTap(std::function<void(const QByteArray &line)> tap);

    Health health() const;
    const Config &config() const { return m_config; }

private:
    void append(QByteArray line);
    void flushLocked();

    const Config m_config;
    const Clock &m_clock;
    mutable std::mutex m_mutex;
    std::function<void(const QByteArray &)> m_tap;
    QByteArrayList m_lines;
    QFile m_file;
    quint64 m_ingested = 0;
    quint64 m_exported = 0;
    quint64 m_errors = 0;
};

} // namespace Tidegate
