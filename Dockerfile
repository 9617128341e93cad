# Node runs the TypeScript sources as they are: there is no build step.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY src src
COPY jobs jobs
COPY templates templates
RUN mkdir /data && chown node:node /data
ENV SPIELBEIN_HOME=/data
VOLUME /data
USER node
EXPOSE 3000
# room for young objects: without a bound it grows to 130 MB in processes that plan or deliver, and they are no quicker
ENTRYPOINT ["node", "--max-semi-space-size=16", "src/cli.mjs"]
CMD ["up"]
