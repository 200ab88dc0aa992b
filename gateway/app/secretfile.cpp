// SPDX-License-Identifier: MIT
#include "app/secretfile.h"

#include "base/rng.h"

#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Tidegate {

namespace {

constexpr qsizetype MaxSecretBytes = 4096;
constexpr mode_t OthersMask = 077;

Error storageError(const QString &text)
{
    return Error{ErrorCode::Storage, text};
}

Error systemError(const QString &path, const char *act)
{
    return storageError(QStringLiteral("%1: cannot %2: %3").arg(path, QLatin1StringView(act), qt_error_string(errno)));
}

//! Missing folders are made for this user alone; ones that are there keep their mode.
bool makePrivateFolder(const QString &folder)
{
    if (QFileInfo::exists(folder))
        return true;
    const QString parent = QFileInfo(folder).path();
    if (parent != folder && !makePrivateFolder(parent))
        return false;
    return ::mkdir(QFile::encodeName(folder).constData(), 0700) == 0 || errno == EEXIST;
}

bool writeAll(int descriptor, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const auto written = ::write(descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written < 0 && errno != EINTR)
            return false;
        bytes = bytes.sliced(std::max<qsizetype>(0, written));
    }
    return ::fsync(descriptor) == 0;
}

//! Written under another name and then linked, so that the file is never seen half-written and is never replaced.
Result<void> createSecret(const QString &path, Rng &rng)
{
    if (!makePrivateFolder(QFileInfo(path).absolutePath()))
        return systemError(QFileInfo(path).absolutePath(), "make the folder");
    const QByteArray name = QFile::encodeName(path);
    const QByteArray draft = name + '.' + rng.token(8);
    const int descriptor = ::open(draft.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return systemError(path, "create");
    const auto removeDraft = qScopeGuard([&draft] { ::unlink(draft.constData()); });
    const bool isWritten = writeAll(descriptor, rng.token(32) + '\n');
    if (::close(descriptor) != 0 || !isWritten)
        return systemError(path, "write");
    if (::link(draft.constData(), name.constData()) != 0 && errno != EEXIST)
        return systemError(path, "create");
    return {};
}

Result<QByteArray> readSecret(const QString &path, int descriptor)
{
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        return systemError(path, "examine");
    if (!S_ISREG(status.st_mode))
        return storageError(QStringLiteral("%1 is not a plain file").arg(path));
    if ((status.st_mode & OthersMask) != 0)
        return storageError(QStringLiteral("%1 can be read or changed by other users; run: chmod 600 '%1'").arg(path));
    QFile file;
    if (!file.open(descriptor, QIODevice::ReadOnly))
        return storageError(QStringLiteral("%1: cannot read: %2").arg(path, file.errorString()));
    const QByteArray secret = file.read(MaxSecretBytes + 1).trimmed();
    if (secret.isEmpty() || secret.size() > MaxSecretBytes)
        return storageError(
            QStringLiteral("%1 is empty or larger than 4 KiB; remove it and a new key is made (all sessions end)")
                .arg(path));
    return secret;
}

} // namespace

Result<QByteArray> readOrCreateSecret(const QString &path, Rng &rng)
{
    const QByteArray name = QFile::encodeName(path);
    int descriptor = ::open(name.constData(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) {
        if (const auto created = createSecret(path, rng); !created)
            return created.error();
        descriptor = ::open(name.constData(), O_RDONLY | O_CLOEXEC);
    }
    if (descriptor < 0)
        return systemError(path, "open");
    const auto closeIt = qScopeGuard([descriptor] { ::close(descriptor); });
    return readSecret(path, descriptor);
}

} // namespace Tidegate
