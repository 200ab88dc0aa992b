// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace Tidegate::Console {

//! The last 15 minutes of every statistic, one value a second (NaN = not measured), kept up to date while somebody
//! looks. After a pause what was missed is fetched from the port's history. GUI thread.
class StatisticsFeed : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("a session has one")
    Q_PROPERTY(bool hasData READ hasData NOTIFY advanced)
    Q_PROPERTY(double atMs READ atMs NOTIFY advanced)

public:
    using QObject::QObject;

    void setPort(Admin::AdminPort *port);
    void setActive(bool isActive);

    bool hasData() const { return m_endMs != 0; }
    //! Of the newest value.
    double atMs() const { return double(m_endMs); }
    //! The newest \p count values, the newest last; fewer if there are fewer.
    QList<double> values(const QString &name, qsizetype count) const;

    bool isBytes(const QString &name) const;

    //! NaN = not measured.
    Q_INVOKABLE double latest(const QString &name) const;
    Q_INVOKABLE QString latestText(const QString &name) const;
    Q_INVOKABLE QString text(const QString &name, double value) const;
    Q_INVOKABLE QString title(const QString &name) const;
    Q_INVOKABLE QString doc(const QString &name) const;

Q_SIGNALS:
    void advanced();

private:
    const Admin::Statistic *find(const QString &name) const;
    void watch();
    void fetchHistory();
    void takeHistory(const Admin::History &history);
    void append(const Admin::Statistics &statistics);
    void clear();

    QPointer<Admin::AdminPort> m_port;
    QHash<QString, QList<double>> m_series; //!< all of one length
    qsizetype m_length = 0;
    qint64 m_endMs = 0;
    bool m_isActive = true;
};

} // namespace Tidegate::Console
