// SPDX-License-Identifier: MIT
#include "auth/passwordhash.h"

#include <QRegularExpression>

#include <sodium.h>

namespace Tidegate {

namespace {

constexpr uint MaxMemoryKiB = 1024 * 1024;
constexpr uint MaxPasses = 64;
constexpr uint MaxLanes = 16;

//! A stored hash names its own cost, and an imported file is not ours: it must not be able to exhaust the machine.
bool hasBearableCost(const QByteArray &encoded)
{
    static const QRegularExpression pattern(QStringLiteral(R"(\A\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$)"));
    const auto match = pattern.match(QString::fromLatin1(encoded));
    if (!match.hasMatch())
        return false;
    const auto isWithin = [&match](int group, uint max) {
        bool ok = false;
        const uint value = match.captured(group).toUInt(&ok);
        return ok && value >= 1 && value <= max;
    };
    return isWithin(1, MaxMemoryKiB) && isWithin(2, MaxPasses) && isWithin(3, MaxLanes);
}

} // namespace

std::optional<QByteArray> hashPassword(QByteArrayView password, PasswordCost cost)
{
    if (sodium_init() < 0 || cost.memoryKiB < 8 || cost.passes < 1)
        return std::nullopt;
    QByteArray encoded(crypto_pwhash_STRBYTES, '\0');
    const int failed =
        crypto_pwhash_str_alg(encoded.data(), password.data(), quint64(password.size()), quint64(cost.passes),
                              size_t(cost.memoryKiB) * 1024, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0)
        return std::nullopt;
    encoded.truncate(encoded.indexOf('\0'));
    return encoded;
}

bool isPassword(QByteArrayView password, const QByteArray &encoded)
{
    // The verifier reads a C string, which QByteArray guarantees, of at most this size.
    if (sodium_init() < 0 || encoded.size() >= qsizetype(crypto_pwhash_STRBYTES) || !hasBearableCost(encoded))
        return false;
    return crypto_pwhash_str_verify(encoded.constData(), password.data(), quint64(password.size())) == 0;
}

} // namespace Tidegate
