// SPDX-License-Identifier: MIT
#include "sql/databaselock.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>

namespace Tidegate {

DatabaseLock::DatabaseLock(std::unique_ptr<QLockFile> file)
    : m_file(std::move(file))
{
}

DatabaseLock::~DatabaseLock() = default;

Result<std::unique_ptr<DatabaseLock>> DatabaseLock::acquire(const QString &path)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    auto file = std::make_unique<QLockFile>(path + QStringLiteral(".lock"));
    file->setStaleLockTime(0); // age proves nothing; a lock whose process is gone is taken over all the same
    if (file->tryLock(0))
        return std::unique_ptr<DatabaseLock>(new DatabaseLock(std::move(file)));
    qint64 pid = 0;
    QString host;
    QString program;
    if (file->error() == QLockFile::LockFailedError && file->getLockInfo(&pid, &host, &program))
        return Error{ErrorCode::Storage, QStringLiteral("cannot open %1: it is in use by process %2 (%3 on %4)")
                                             .arg(path, QString::number(pid), program, host)};
    return Error{ErrorCode::Storage, QStringLiteral("cannot open %1: cannot make the lock file %1.lock").arg(path)};
}

} // namespace Tidegate
