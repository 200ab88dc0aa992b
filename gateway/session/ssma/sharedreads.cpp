// SPDX-License-Identifier: MIT
#include "session/ssma/sharedreads.h"

namespace Tidegate::Ssma {

size_t qHash(const LogQuestion &question, size_t seed)
{
    return qHashMulti(seed, int(question.form), question.scope.site.value_or(QByteArray()),
                      question.scope.channel.value_or(QByteArray()), int(question.scope.role), question.detail,
                      question.cursor.value_or(0), question.limit, question.number);
}

qsizetype LogAnswer::byteSize() const
{
    qsizetype bytes = 1024; // of the table's entry, the question included
    for (const QByteArray &frame : frames)
        bytes += frame.size();
    return bytes;
}

SharedReads::Stamp SharedReads::now() const
{
    return {m_services.engine.headSeq(), m_services.engine.floorSeq(), m_services.registry.revision(), m_change};
}

void SharedReads::read(const LogQuestion &question, const Make &make, Done done)
{
    if (const LogAnswerPtr answer = retained(question)) {
        m_services.counters.sharing.readsShared.add();
        done(answer);
        return;
    }
    if (const ReadingPtr reading = join(question)) {
        m_services.counters.sharing.readsShared.add();
        ++m_waiting;
        reading->waiting.push_back(std::move(done));
        return;
    }
    const auto reading = std::make_shared<Reading>(Reading{question, now(), {}});
    ++m_waiting;
    reading->waiting.push_back(std::move(done));
    m_readings.insert(question, reading);
    m_services.counters.sharing.readsMade.add();
    make(reading->question, [this, reading](Result<LogAnswer> answer) { finish(reading, std::move(answer)); });
}

LogAnswerPtr SharedReads::retained(const LogQuestion &question)
{
    if (m_retained.isEmpty())
        return nullptr;
    if (m_stamp != now())
        dropRetained();
    const auto found = m_retained.constFind(question);
    if (found == m_retained.constEnd() || m_services.clock.monotonicMs() - found->madeAtMs >= MaxAgeMs)
        return nullptr;
    return found->answer;
}

SharedReads::ReadingPtr SharedReads::join(const LogQuestion &question) const
{
    const ReadingPtr reading = m_readings.value(question);
    // What was begun under other rules may show rows that are hidden by now.
    if (!reading || reading->begun.rules != m_services.registry.revision() || m_waiting >= MaxWaiting)
        return nullptr;
    return reading;
}

void SharedReads::finish(const ReadingPtr &reading, Result<LogAnswer> answer)
{
    m_waiting -= qsizetype(reading->waiting.size());
    if (m_readings.value(reading->question) == reading)
        m_readings.remove(reading->question);
    const std::vector<Done> waiting = std::move(reading->waiting);
    if (!answer) {
        for (const Done &done : waiting)
            done(answer.error());
        return;
    }
    const auto made = std::make_shared<const LogAnswer>(std::move(*answer));
    // A row that moved during the read may be in it twice, which is right for those who waited and no more.
    if (reading->begun == now())
        retain(reading->question, made);
    for (const Done &done : waiting)
        done(made);
}

void SharedReads::retain(const LogQuestion &question, const LogAnswerPtr &answer)
{
    const qsizetype bytes = answer->byteSize();
    if (bytes > MaxRetainedBytes)
        return;
    if (m_stamp != now() || m_retained.size() >= MaxRetained || m_retainedBytes + bytes > MaxRetainedBytes)
        dropRetained();
    m_stamp = now();
    Retained &place = m_retained[question];
    if (place.answer)
        m_retainedBytes -= place.answer->byteSize();
    place = {answer, m_services.clock.monotonicMs()};
    m_retainedBytes += bytes;
}

void SharedReads::dropRetained()
{
    m_retained.clear();
    m_retainedBytes = 0;
}

void SharedReads::forget()
{
    ++m_change;
    dropRetained();
}

} // namespace Tidegate::Ssma
