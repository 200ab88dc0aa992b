// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <cstring>

namespace Tidegate::Bench {

//! A numbered message as it can be found in any dialect's bytes: '~', four characters that name the run, eight hex
//! digits. It stands in JSON strings, subjects and SSE lines unescaped, so the load tool counts what it receives
//! without parsing the dialect, which would cost more than the server spends on sending it.
struct Marker
{
    static constexpr qsizetype RunBytes = 4;
    static constexpr qsizetype Bytes = 1 + RunBytes + 8;

    static QByteArray make(const QByteArray &run, quint32 number)
    {
        static constexpr char Digits[] = "0123456789abcdef";
        QByteArray marker = '~' + run;
        for (int shift = 28; shift >= 0; shift -= 4)
            marker += Digits[(number >> shift) & 0xf];
        return marker;
    }
};

//! Finds the markers of one run in a stream that arrives in any pieces. One per connection; small because there are
//! very many of them.
class MarkerScanner
{
public:
    //! Calls \p found(number) for each marker that ends in \p piece. \p run has Marker::RunBytes characters.
    template <typename Found>
    void feed(const char *piece, qsizetype size, const char *run, Found &&found)
    {
        if (m_carried > 0) {
            const qsizetype used = completeCarried(piece, size, run, found);
            piece += used;
            size -= used;
        }
        const char *const end = piece + size;
        while (const auto *at = static_cast<const char *>(std::memchr(piece, '~', size_t(end - piece)))) {
            if (end - at < Marker::Bytes) {
                m_carried = quint8(end - at);
                std::memcpy(m_carry, at, m_carried);
                return;
            }
            piece = take(at, run, found);
        }
    }

private:
    //! Reads the marker at \p at, if it is one; returns where to look on.
    template <typename Found>
    static const char *take(const char *at, const char *run, Found &found)
    {
        if (std::memcmp(at + 1, run, Marker::RunBytes) != 0)
            return at + 1;
        quint32 number = 0;
        for (const char *digit = at + 1 + Marker::RunBytes; digit != at + Marker::Bytes; ++digit) {
            const int value = *digit <= '9' ? *digit - '0' : *digit - 'a' + 10;
            number = (number << 4) | quint32(value & 0xf);
        }
        found(number);
        return at + Marker::Bytes;
    }

    //! A marker that was cut by the end of the former piece. Returns how much of \p piece was used up.
    template <typename Found>
    qsizetype completeCarried(const char *piece, qsizetype size, const char *run, Found &found)
    {
        qsizetype used = 0;
        while (m_carried > 0) {
            const qsizetype needed = qMin(Marker::Bytes - m_carried, size - used);
            std::memcpy(m_carry + m_carried, piece + used, size_t(needed));
            used += needed;
            m_carried = quint8(m_carried + needed);
            if (m_carried < Marker::Bytes)
                break;
            // What was no marker may hold the beginning of one.
            const char *next = take(m_carry, run, found);
            const char *const end = m_carry + Marker::Bytes;
            next = static_cast<const char *>(std::memchr(next, '~', size_t(end - next)));
            m_carried = quint8(next ? end - next : 0);
            if (next)
                std::memmove(m_carry, next, m_carried);
        }
        return used;
    }

    char m_carry[Marker::Bytes];
    quint8 m_carried = 0;
};

} // namespace Tidegate::Bench
