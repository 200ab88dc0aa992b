// SPDX-License-Identifier: MIT
#include "base/eventlog.h"

#include "wire/jsontext.h"

#include <cstdio>

namespace Tidegate {

namespace {

constexpr quint64 DegradedAfterErrors = 10;

QByteArrayView levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "debug";
    case LogLevel::Info:
        return "info";
    case LogLevel::Warn:
        return "warn";
    case LogLevel::Error:
        return "error";
    }
    return "info";
}

void appendStringOrNull(QByteArray &line, QByteArrayView text)
{
    if (text.isEmpty())
        line += "null";
    else
        Json::appendString(line, text);
}

} // namespace

EventLog::EventLog(Config config, const Clock &clock)
    : m_config(std::move(config))
    , m_clock(clock)
{
    if (!m_config.filePath.isEmpty())
        m_file.setFileName(m_config.filePath);
}

EventLog::~EventLog()
{
    flush();
}

void EventLog::record(QByteArrayView type, LogLevel level, QByteArrayView dataJson, QByteArrayView userId,
                      QByteArrayView sessionId)
{
    QByteArray line;
    line.reserve(160 + dataJson.size());
    line += "{\"timestamp\":" + QByteArray::number(m_clock.nowMs()) + ",\"type\":";
    Json::appendString(line, type);
    line += ",\"level\":\"";
    line += levelName(level);
    line += "\",\"data\":";
    line += dataJson;
    line += ",\"userId\":";
    appendStringOrNull(line, userId);
    line += ",\"sessionId\":";
    appendStringOrNull(line, sessionId);
    line += '}';
    const std::lock_guard lock(m_mutex);
    append(std::move(line));
}

void EventLog::recordLines(const QByteArrayList &lines)
{
    const std::lock_guard lock(m_mutex);
    for (const QByteArray &line : lines)
        append(line);
}

void EventLog::flush()
{
    const std::lock_guard lock(m_mutex);
    flushLocked();
}

void EventLog::reopen()
{
    const std::lock_guard lock(m_mutex);
    flushLocked();
    m_file.close();
}

void EventLog::setTap(std::function<void(const QByteArray &)> tap)
{
    const std::lock_guard lock(m_mutex);
    m_tap = std::move(tap);
}

EventLog::Health EventLog::health() const
{
    const std::lock_guard lock(m_mutex);
    return {m_errors > DegradedAfterErrors, int(m_lines.size()), m_ingested, m_exported, m_errors};
}

void EventLog::append(QByteArray line)
{
    ++m_ingested;
    if (m_tap)
        m_tap(line);
    m_lines.append(std::move(line));
    if (m_lines.size() >= m_config.maxBatch)
        flushLocked();
    while (m_lines.size() > MaxBufferedLines) {
        m_lines.removeFirst();
        ++m_errors;
    }
}

void EventLog::flushLocked()
{
    if (m_lines.isEmpty())
        return;
    const QByteArray text = m_lines.join('\n') + '\n';
    if (m_config.filePath.isEmpty()) {
        if (fwrite(text.constData(), 1, size_t(text.size()), stderr) != size_t(text.size())) {
            ++m_errors;
            return;
        }
    } else if ((!m_file.isOpen() && !m_file.open(QIODevice::WriteOnly | QIODevice::Append)) ||
               m_file.write(text) != text.size() || !m_file.flush()) {
        ++m_errors;
        m_file.close();
        return;
    }
    m_exported += quint64(m_lines.size());
    m_lines.clear();
}

} // namespace Tidegate
