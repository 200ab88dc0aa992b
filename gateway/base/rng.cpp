// SPDX-License-Identifier: MIT
#include "base/rng.h"

#include <QRandomGenerator>

namespace Tidegate {

QByteArray Rng::uuid()
{
    QByteArray raw = bytes(16);
    raw[6] = char((raw[6] & 0x0f) | 0x40);
    raw[8] = char((raw[8] & 0x3f) | 0x80);
    QByteArray text = raw.toHex();
    for (qsizetype at : {8, 13, 18, 23})
        text.insert(at, '-');
    return text;
}

QByteArray Rng::token(qsizetype byteCount)
{
    return bytes(byteCount).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray SystemRng::bytes(qsizetype count)
{
    QByteArray out(count, Qt::Uninitialized);
    auto *generator = QRandomGenerator::system();
    qsizetype at = 0;
    while (at < count) {
        const quint64 word = generator->generate64();
        const qsizetype take = qMin<qsizetype>(qsizetype(sizeof word), count - at);
        memcpy(out.data() + at, &word, size_t(take));
        at += take;
    }
    return out;
}

} // namespace Tidegate
