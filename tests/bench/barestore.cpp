// SPDX-License-Identifier: MIT
#include "barestore.h"

#include <QElapsedTimer>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

namespace Tidegate::Bench {

double bareInsertsPerSecond(const QString &path, int rowsPerCommit, int milliseconds)
{
    double rate = 0;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("bare"));
        database.setDatabaseName(path);
        if (!database.open())
            qFatal("cannot open %s", qPrintable(path));
        QSqlQuery setup(database);
        setup.exec(QStringLiteral("PRAGMA journal_mode=WAL"));
        setup.exec(QStringLiteral("PRAGMA synchronous=FULL"));
        setup.exec(QStringLiteral("CREATE TABLE rows(seq INTEGER PRIMARY KEY, id TEXT, body BLOB)"));
        QSqlQuery insert(database);
        insert.prepare(QStringLiteral("INSERT INTO rows(id, body) VALUES(?, ?)"));
        const QByteArray body(300, 'x');
        qint64 rows = 0;
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < milliseconds) {
            database.transaction();
            for (int i = 0; i < rowsPerCommit; ++i) {
                insert.bindValue(0, QString::number(++rows));
                insert.bindValue(1, body);
                insert.exec();
            }
            database.commit();
        }
        rate = double(rows) * 1000.0 / double(timer.elapsed());
    }
    QSqlDatabase::removeDatabase(QStringLiteral("bare"));
    return rate;
}

} // namespace Tidegate::Bench
