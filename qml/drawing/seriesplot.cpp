// SPDX-License-Identifier: MIT
#include "qml/drawing/seriesplot.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace Tidegate::Console {

namespace {

constexpr int GridLines = 4;

//! 1, 2, 2.5 or 5 times a power of ten, at least \p value.
double roundStep(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (step * power >= value * 0.9999)
            return step * power;
    }
    return 10 * power;
}

QColor withAlpha(QColor color, float alpha)
{
    color.setAlphaF(color.alphaF() * alpha);
    return color;
}

} // namespace

SeriesPlot::SeriesPlot(QQuickItem *parent)
    : VectorItem(parent)
{
}

void SeriesPlot::setFeed(StatisticsFeed *feed)
{
    if (m_feed == feed)
        return;
    if (m_feed)
        m_feed->disconnect(this);
    m_feed = feed;
    if (m_feed)
        connect(m_feed, &StatisticsFeed::advanced, this, &SeriesPlot::takeValues);
    Q_EMIT feedChanged();
    takeValues();
}

void SeriesPlot::setNames(const QStringList &names)
{
    if (m_names == names)
        return;
    m_names = names;
    Q_EMIT namesChanged();
    takeValues();
}

void SeriesPlot::setColors(const QVariantList &colors)
{
    m_colors = colors;
    Q_EMIT lookChanged();
    update();
}

void SeriesPlot::setSeconds(int seconds)
{
    if (m_seconds == seconds || seconds < 2)
        return;
    m_seconds = seconds;
    Q_EMIT lookChanged();
    takeValues();
}

void SeriesPlot::setFilled(bool isFilled)
{
    m_isFilled = isFilled;
    Q_EMIT lookChanged();
    update();
}

void SeriesPlot::setLineWidth(qreal width)
{
    m_lineWidth = width;
    Q_EMIT lookChanged();
    update();
}

void SeriesPlot::setGridColor(const QColor &color)
{
    m_gridColor = color;
    Q_EMIT lookChanged();
    update();
}

void SeriesPlot::setLeastTop(double top)
{
    m_leastTop = top;
    Q_EMIT lookChanged();
    takeValues();
}

void SeriesPlot::setPaused(bool isPaused)
{
    if (m_isPaused == isPaused)
        return;
    m_isPaused = isPaused;
    Q_EMIT pausedChanged();
    takeValues();
}

void SeriesPlot::takeValues()
{
    if (m_isPaused)
        return;
    m_values.clear();
    for (const QString &name : std::as_const(m_names))
        m_values.append(m_feed ? m_feed->values(name, m_seconds) : QList<double>());
    m_newestSecond = m_feed ? qint64(m_feed->atMs()) / Admin::History::StepMs : 0;
    rescale();
    update();
    Q_EMIT valuesTaken();
}

void SeriesPlot::rescale()
{
    double highest = m_leastTop;
    for (const QList<double> &values : std::as_const(m_values)) {
        for (const double value : values)
            highest = std::isnan(value) ? highest : std::max(highest, value);
    }
    // Sizes are read in KiB and MiB, so the grid stands on those.
    const bool isBytes = m_feed && !m_names.isEmpty() && m_feed->isBytes(m_names.front());
    const double wanted = highest / GridLines;
    const double unit = isBytes ? std::pow(1024, std::floor(std::log2(std::max(1.0, wanted)) / 10)) : 1;
    const double step = roundStep(wanted / unit) * unit;
    const double top = std::ceil(highest / step - 0.0001) * step;
    if (top == m_ceiling && step == m_step)
        return;
    m_ceiling = top;
    m_step = step;
    Q_EMIT scaleChanged();
}

int SeriesPlot::ageAt(qreal x) const
{
    return std::clamp(int(std::lround((width() - x) / width() * (m_seconds - 1))), 0, m_seconds - 1);
}

qreal SeriesPlot::xOfAge(int age) const
{
    return width() - width() * age / (m_seconds - 1);
}

qreal SeriesPlot::yOf(double value) const
{
    // Half a line stays inside at both edges.
    return (height() - m_lineWidth) * (1 - value / m_ceiling) + m_lineWidth / 2;
}

double SeriesPlot::valueAt(const QString &name, int age) const
{
    const qsizetype series = m_names.indexOf(name);
    if (series < 0 || series >= m_values.size() || age < 0 || age >= m_values[series].size())
        return std::numeric_limits<double>::quiet_NaN();
    return m_values[series][m_values[series].size() - 1 - age];
}

void SeriesPlot::draw(VectorCanvas &canvas) const
{
    if (m_gridColor.alpha() > 0) {
        for (double value = 0; value <= m_ceiling * 1.0001; value += m_step) {
            const qreal y = std::floor(yOf(value)) + 0.5;
            canvas.stroke({{0, y}, {width(), y}}, false, 1, m_gridColor);
        }
    }
    // The first series lies on top.
    for (qsizetype i = m_values.size() - 1; i >= 0; --i) {
        const QColor color = i < m_colors.size() ? m_colors[i].value<QColor>() : QColor(Qt::gray);
        drawSeries(canvas, m_values[i], color);
    }
}

//! Where there are more values than room, one point stands for several: the line is their mean, the band behind it
//! reaches from the least to the greatest, so that no peak is lost.
void SeriesPlot::drawSeries(VectorCanvas &canvas, const QList<double> &values, const QColor &color) const
{
    constexpr qreal LeastPointDistance = 2;
    const auto perPoint = std::max<qsizetype>(1, qsizetype(std::ceil(LeastPointDistance * m_seconds / width())));
    QList<QPointF> line, upper, lower;
    const auto drawRun = [&] {
        if (m_isFilled)
            canvas.fillBelow(line, height(), withAlpha(color, 0.28F), withAlpha(color, 0.02F));
        if (perPoint > 1)
            canvas.band(upper, lower, withAlpha(color, 0.3F));
        canvas.stroke(line, false, m_lineWidth, color);
        line.clear();
        upper.clear();
        lower.clear();
    };
    // Groups keep their members while time goes on, else the line would shimmer.
    qsizetype first = 0;
    qsizetype end = perPoint - (m_newestSecond - values.size() + 1) % perPoint;
    for (; first < values.size(); first = end, end += perPoint) {
        end = std::min(end, values.size());
        double sum = 0, least = std::numeric_limits<double>::max(), greatest = 0;
        qsizetype known = 0;
        for (qsizetype i = first; i < end; ++i) {
            if (std::isnan(values[i]))
                continue;
            sum += values[i];
            least = std::min(least, values[i]);
            greatest = std::max(greatest, values[i]);
            ++known;
        }
        if (known == 0) {
            drawRun();
            continue;
        }
        const qreal x = xOfAge(int(values.size() - 1 - std::min(end - 1, (first + end) / 2)));
        line.append({x, yOf(sum / double(known))});
        upper.append({x, yOf(greatest)});
        lower.append({x, yOf(least)});
    }
    drawRun();
}

} // namespace Tidegate::Console
