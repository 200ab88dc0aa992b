// SPDX-License-Identifier: MIT
#include "intent/intentkey.h"

#include <QVarLengthArray>
#include <QtEndian>

#include <sodium/crypto_shorthash_siphash24.h>

namespace Tidegate {

static_assert(IntentKeyHasher::SeedBytes == crypto_shorthash_siphashx24_KEYBYTES);
static_assert(sizeof(IntentKey) == crypto_shorthash_siphashx24_BYTES);

IntentKeyHasher::IntentKeyHasher(QByteArray seed)
    : m_seed(seed.leftJustified(SeedBytes, '\0', true))
{
    Q_ASSERT(seed.size() == SeedBytes);
}

IntentKey IntentKeyHasher::operator()(QByteArrayView site, QByteArrayView id) const
{
    // The length in front keeps the pair unambiguous: both texts come from clients and may hold any byte, NUL included.
    const quint32 siteBytes = qToLittleEndian(quint32(site.size()));
    QVarLengthArray<char, 256> text(qsizetype(sizeof siteBytes) + site.size() + id.size());
    char *at = text.data();
    memcpy(at, &siteBytes, sizeof siteBytes);
    at = std::copy(site.begin(), site.end(), at + sizeof siteBytes);
    std::copy(id.begin(), id.end(), at);

    uchar hash[crypto_shorthash_siphashx24_BYTES];
    crypto_shorthash_siphashx24(hash, reinterpret_cast<const uchar *>(text.constData()),
                                static_cast<unsigned long long>(text.size()),
                                reinterpret_cast<const uchar *>(m_seed.constData()));
    return {qFromBigEndian<quint64>(hash), qFromBigEndian<quint64>(hash + 8)};
}

} // namespace Tidegate
