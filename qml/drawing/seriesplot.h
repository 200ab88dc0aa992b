// SPDX-License-Identifier: MIT
#pragma once

#include "qml/drawing/vectoritem.h"
#include "qml/session/statisticsfeed.h"

#include <QVariantList>

namespace Tidegate::Console {

//! Statistics over the newest seconds, from right to left, zero at the bottom. Draws lines, areas and the grid; what is
//! text (ticks, values under the pointer) stands around it in QML.
class SeriesPlot : public Tidegate::Console::VectorItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Tidegate::Console::StatisticsFeed *feed READ feed WRITE setFeed NOTIFY feedChanged)
    Q_PROPERTY(QStringList names READ names WRITE setNames NOTIFY namesChanged)
    Q_PROPERTY(QVariantList colors READ colors WRITE setColors NOTIFY lookChanged)
    Q_PROPERTY(int seconds READ seconds WRITE setSeconds NOTIFY lookChanged)
    Q_PROPERTY(bool isFilled READ isFilled WRITE setFilled NOTIFY lookChanged)
    Q_PROPERTY(qreal lineWidth READ lineWidth WRITE setLineWidth NOTIFY lookChanged)
    Q_PROPERTY(QColor gridColor READ gridColor WRITE setGridColor NOTIFY lookChanged)
    Q_PROPERTY(double leastTop READ leastTop WRITE setLeastTop NOTIFY lookChanged)
    Q_PROPERTY(bool isPaused READ isPaused WRITE setPaused NOTIFY pausedChanged)
    Q_PROPERTY(double ceiling READ ceiling NOTIFY scaleChanged)
    Q_PROPERTY(double step READ step NOTIFY scaleChanged)

public:
    explicit SeriesPlot(QQuickItem *parent = nullptr);

    StatisticsFeed *feed() const { return m_feed; }
    void setFeed(StatisticsFeed *feed);
    QStringList names() const { return m_names; }
    void setNames(const QStringList &names);
    QVariantList colors() const { return m_colors; }
    void setColors(const QVariantList &colors);
    int seconds() const { return m_seconds; }
    void setSeconds(int seconds);
    bool isFilled() const { return m_isFilled; }
    void setFilled(bool isFilled);
    qreal lineWidth() const { return m_lineWidth; }
    void setLineWidth(qreal width);
    //! Transparent = no grid.
    QColor gridColor() const { return m_gridColor; }
    void setGridColor(const QColor &color);
    //! The scale never ends below this, so that noise around zero stays small.
    double leastTop() const { return m_leastTop; }
    void setLeastTop(double top);
    bool isPaused() const { return m_isPaused; }
    void setPaused(bool isPaused);
    //! Value at the upper edge, and between grid lines.
    double ceiling() const { return m_ceiling; }
    double step() const { return m_step; }

    //! Seconds before the newest value at \p x.
    Q_INVOKABLE int ageAt(qreal x) const;
    Q_INVOKABLE qreal xOfAge(int age) const;
    Q_INVOKABLE qreal yOf(double value) const;
    //! NaN = not measured.
    Q_INVOKABLE double valueAt(const QString &name, int age) const;

Q_SIGNALS:
    void feedChanged();
    void namesChanged();
    void lookChanged();
    void pausedChanged();
    void scaleChanged();
    //! valueAt() has other answers.
    void valuesTaken();

protected:
    void draw(VectorCanvas &canvas) const override;

private:
    void takeValues();
    void rescale();
    void drawSeries(VectorCanvas &canvas, const QList<double> &values, const QColor &color) const;

    QPointer<StatisticsFeed> m_feed;
    QStringList m_names;
    QVariantList m_colors;
    int m_seconds = 120;
    bool m_isFilled = true;
    qreal m_lineWidth = 1.5;
    QColor m_gridColor = Qt::transparent;
    double m_leastTop = 1;
    bool m_isPaused = false;
    double m_ceiling = 1;
    double m_step = 1;
    QList<QList<double>> m_values; //!< per name, the newest last
    qint64 m_newestSecond = 0;
};

} // namespace Tidegate::Console
